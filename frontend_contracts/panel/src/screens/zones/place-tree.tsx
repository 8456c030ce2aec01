/** The tree of places beside the map; what is indoors is read when its building is unfolded. */

import { OperatorPlacesInDocument, type OperatorPlacesInQuery } from "@daiqu/client";
import { Empty, faultOf, kitTexts, StateTag, useTell, useTexts } from "@daiqu/kit";
import { Button, Tree, type TreeDataNode } from "antd";
import { EnvironmentOutlined, PlusOutlined } from "@ant-design/icons";
import { useState } from "react";
import { useClient, type OperationResult } from "urql";
import { texts } from "./texts";
import { treeOf, type Branch, type Place } from "./tree";

interface PlaceTreeProps {
  places: readonly Place[];
  chosen: string | null;
  more: boolean;
  onMore: () => void;
  onChoose: (id: string) => void;
  onRead: (places: readonly Place[]) => void;
  onAdd: (within: Place) => void;
}

const LEAVES = ["ROOM", "STATION"];

export function PlaceTree({ places, chosen, more, onMore, onChoose, onRead, onAdd }: PlaceTreeProps) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const tell = useTell();
  const client = useClient();
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());

  async function readIn(id: string) {
    const found: Place[] = [];
    let after: string | null = null;
    do {
      const { data, error }: OperationResult<OperatorPlacesInQuery> = await client.query(
        OperatorPlacesInDocument,
        { parentId: id, after },
        { requestPolicy: "network-only" },
      );
      if (!data) return error && tell.bad(faultOf(error, words));
      found.push(...data.places.edges.map(({ node: place }) => place));
      after = data.places.pageInfo.hasNextPage ? (data.places.pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    setRead((before) => new Set(before).add(id));
    onRead(found);
  }

  const node = ({ place, within }: Branch): TreeDataNode => ({
    key: place.id,
    isLeaf: LEAVES.includes(place.kind) || (read.has(place.id) && within.length === 0) || (place.kind === "GATE" && within.length === 0),
    title: (
      <span className="z-node">
        <span className="k-clip">{place.name}</span>
        <span className="z-kind">{t(`place.kind.${place.kind}`)}</span>
        {place.opening && <StateTag mood={place.opening.open ? "good" : "off"}>{t(place.opening.open ? "place.open" : "place.closed")}</StateTag>}
        {!LEAVES.includes(place.kind) && (
          <Button
            className="z-node-add"
            type="text"
            size="small"
            icon={<PlusOutlined />}
            aria-label={`${t("place.addIn")}: ${place.name}`}
            title={t("place.addIn")}
            onClick={(event) => {
              event.stopPropagation();
              onAdd(place);
            }}
          />
        )}
      </span>
    ),
    children: within.map(node),
  });

  const tops = treeOf(places);
  if (tops.length === 0) return <Empty icon={<EnvironmentOutlined />} title={t("place.none")} hint={t("place.noneHint")} />;
  return (
    <div className="z-tree">
      <Tree
        blockNode
        aria-label={t("tabs.places")}
        treeData={tops.map(node)}
        loadData={({ key }) => (read.has(String(key)) ? Promise.resolve() : readIn(String(key)).then(() => undefined))}
        defaultExpandedKeys={tops.filter(({ place, within }) => place.kind === "CAMPUS" && within.length).map(({ place }) => place.id)}
        loadedKeys={[...read]}
        selectedKeys={chosen ? [chosen] : []}
        onSelect={([key]) => key !== undefined && onChoose(String(key))}
      />
      {more && (
        <Button type="link" onClick={onMore}>
          {t("place.more")}
        </Button>
      )}
    </div>
  );
}
