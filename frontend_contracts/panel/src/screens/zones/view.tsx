/** Where the operator works: zones and places, each beside the one map. */

import { OperatorMapDocument, OperatorPlacesInDocument, type OperatorZoneFragment } from "@daiqu/client";
import { Failed, faultOf, kitTexts, Loading, Page, useAddress, useTell, useTexts } from "@daiqu/kit";
import { Button, Segmented } from "antd";
import { PlusOutlined, UploadOutlined } from "@ant-design/icons";
import { useCallback, useMemo, useState } from "react";
import { useClient, useQuery } from "urql";
import type { Tool } from "./drawing";
import { ExportButton, ImportDialog } from "./file";
import { WorkMap } from "./map";
import { PlaceEditor } from "./place-editor";
import { PlaceTree } from "./place-tree";
import { boundsOf, ringsOf, type Point, type Ring } from "./rings";
import { texts } from "./texts";
import type { Place } from "./tree";
import { ZoneEditor } from "./zone-editor";
import { ZoneList } from "./zone-list";
import "./zones.css";

const NEW = "new";
const INDOORS = ["FLOOR", "ROOM"];

interface Draft {
  zone: OperatorZoneFragment | null;
  tool: Tool;
  /** As it was, step by step; the last is how it is. */
  steps: readonly (readonly Ring[])[];
}

interface Pinned {
  place: Place | null;
  within: Place | null;
  pin: Point;
}

export default function ZonesView() {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const tell = useTell();
  const client = useClient();
  const [values, change] = useAddress();
  const tab = values["tab"] === "places" ? "places" : "zones";
  const chosen = values["at"] ?? null;
  const [{ data, error }, again] = useQuery({ query: OperatorMapDocument, requestPolicy: "cache-and-network" });
  const [more, setMore] = useState<readonly Place[]>([]);
  const [lastBuilding, setLastBuilding] = useState<string | null>();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [pinned, setPinned] = useState<Pinned | null>(null);
  const [importing, setImporting] = useState(false);
  const refresh = useCallback(() => again({ requestPolicy: "network-only" }), [again]);

  const places = useMemo(() => {
    const read = data ? [data.campuses, data.buildings, data.gates, data.stations].flatMap(({ edges }) => edges.map(({ node }) => node)) : [];
    return [...new Map([...more, ...read].map((place) => [place.id, place])).values()];
  }, [data, more]);
  const zones = useMemo(() => data?.zones ?? [], [data]);
  const outdoors = useMemo(() => places.filter((place) => !INDOORS.includes(place.kind)), [places]);
  const rings = draft?.steps.at(-1);
  const onMap = useMemo(() => (draft && rings ? { of: draft.zone?.id ?? NEW, tool: draft.tool, rings } : null), [draft, rings]);

  if (!data) return <Page title={t("title")}>{error ? <Failed error={error} retry={refresh} /> : <Loading rows={10} />}</Page>;

  const keep = (read: readonly Place[], within?: string | null) =>
    setMore((before) => [...before.filter((place) => !within || place.parent?.id !== within), ...read]);

  async function readMore(kind: "BUILDING" | null, parentId: string | null, after: string | null) {
    const answer = await client.query(OperatorPlacesInDocument, { kind, parentId, after }, { requestPolicy: "network-only" });
    if (!answer.data) return answer.error && tell.bad(faultOf(answer.error, words));
    const { edges, pageInfo } = answer.data.places;
    keep(edges.map(({ node }) => node), parentId);
    if (kind) setLastBuilding(pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null);
  }

  const choose = (id: string) => {
    const place = places.find((each) => each.id === id);
    change({ at: id, tab: place ? "places" : null });
    setPinned(place ? { place, within: null, pin: [place.longitude, place.latitude] } : null);
  };
  const draw = (zone: OperatorZoneFragment | null) => {
    if (zone) change({ at: zone.id });
    setDraft({ zone, tool: zone ? "bend" : "draw", steps: [zone ? ringsOf(zone.polygon) : []] });
  };
  const put = (within: Place | null) => {
    const all = [...zones.flatMap((zone) => ringsOf(zone.polygon).flat()), ...places.map((each) => [each.longitude, each.latitude] as const)];
    const [west, south, east, north] = boundsOf(all) ?? [116.3, 39.9, 116.4, 40];
    const middle: Point = [(west + east) / 2, (south + north) / 2];
    setPinned({ place: null, within, pin: within ? [within.longitude, within.latitude] : middle });
  };
  const step = (next: readonly Ring[]) => setDraft((before) => before && { ...before, steps: [...before.steps.slice(-50), next] });
  const pageInfo = data.buildings.pageInfo;
  const nextBuilding = lastBuilding === undefined ? (pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null) : lastBuilding;

  let side;
  if (draft && rings) {
    side = (
      <ZoneEditor
        key={draft.zone?.id ?? NEW}
        zone={draft.zone}
        rings={rings}
        tool={draft.tool}
        canGoBack={draft.steps.length > 1}
        onTool={(tool) => setDraft({ ...draft, tool })}
        onRings={step}
        onBack={() => setDraft({ ...draft, steps: draft.steps.slice(0, -1) })}
        onClose={() => {
          setDraft(null);
          refresh();
        }}
      />
    );
  } else if (pinned) {
    side = (
      <PlaceEditor
        key={pinned.place?.id ?? `${NEW}${pinned.within?.id ?? ""}`}
        {...pinned}
        places={places}
        onPin={(pin) => setPinned({ ...pinned, pin })}
        onSaved={(parentId) => {
          setMore((before) => before.filter((place) => place.id !== pinned.place?.id));
          refresh();
          if (parentId) void readMore(null, parentId, null);
        }}
        onClose={() => {
          setPinned(null);
          change({ at: null });
        }}
      />
    );
  } else {
    side = (
      <>
        <div className="z-side-head">
          <Segmented
            block
            value={tab}
            onChange={(next) => change({ tab: next === "places" ? next : null, at: null })}
            options={(["zones", "places"] as const).map((value) => ({ value, label: t(`tabs.${value}`) }))}
          />
          <Button type="primary" icon={<PlusOutlined />} onClick={() => (tab === "zones" ? draw(null) : put(null))}>
            {t(tab === "zones" ? "zone.add" : "place.add")}
          </Button>
        </div>
        {tab === "zones" ? (
          <ZoneList zones={zones} chosen={chosen} onChoose={choose} onEdit={draw} onChanged={refresh} />
        ) : (
          <PlaceTree
            places={places}
            chosen={chosen}
            more={nextBuilding !== null}
            onMore={() => void readMore("BUILDING", null, nextBuilding)}
            onChoose={choose}
            onRead={keep}
            onAdd={put}
          />
        )}
      </>
    );
  }

  return (
    <Page
      title={t("title")}
      hint={t("hint")}
      actions={
        !draft && !pinned && tab === "zones" ? (
          <>
            <Button icon={<UploadOutlined />} onClick={() => setImporting(true)}>
              {t("file.import")}
            </Button>
            <ExportButton />
          </>
        ) : undefined
      }
    >
      <div className="z-work">
        <section className="z-side" aria-label={t(`tabs.${tab}`)}>
          {side}
        </section>
        <WorkMap
          zones={zones}
          places={outdoors}
          chosen={chosen}
          onChoose={choose}
          draft={onMap}
          onDraw={step}
          pin={pinned?.pin ?? null}
          onPin={(pin) => setPinned((before) => before && { ...before, pin })}
        />
      </div>
      {importing && <ImportDialog onClose={() => setImporting(false)} onDone={refresh} />}
    </Page>
  );
}
