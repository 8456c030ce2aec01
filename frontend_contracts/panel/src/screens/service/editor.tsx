/** All parts of one service beside what customers will see, with what is wrong and where. */

import {
  OperatorServiceDocument,
  OperatorServicePublishDocument,
  OperatorServiceSaveDocument,
  type OperatorServiceFragment,
  type ServiceKind,
} from "@daiqu/client";
import {
  faultOf,
  kitTexts,
  Page,
  StateTag,
  textIn,
  useAct,
  useAddress,
  useConfirm,
  useLeaveGuard,
  useMay,
  useTell,
  useTexts,
  type Mood,
} from "@daiqu/kit";
import { Alert, Button, Tooltip } from "antd";
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { useClient } from "urql";
import { AskedPart, Basics, type Lines, type Shelves } from "./basics";
import { Conflict } from "./conflict";
import { anchorOf, placeOf, SECTIONS, type Place, type Section } from "./findings";
import { FormBuilder } from "./form-builder";
import { keptRead, keptWrite } from "./kept";
import { draftOf, emptyDraft, inputOf, merged, same, type Draft, type Merge } from "./model";
import { Pictures } from "./pictures";
import { Preview } from "./preview";
import { placeName, problemOf, Problems, unfinished, useTongue, type Problem } from "./problems";
import { Bounds, Cancelling, Notices, Requirements } from "./terms";
import { texts } from "./texts";
import { Steps, Stops } from "./work";

const MOODS: Record<OperatorServiceFragment["state"], Mood> = { DRAFT: "wait", PUBLISHED: "good", DELISTED: "off" };
const KINDS: readonly string[] = ["PICK_UP", "BUY_FOR_ME", "DELIVERY", "ON_SITE"];

interface EditorProps {
  service: OperatorServiceFragment | null;
  categories: Shelves;
  lines: Lines;
  onChanged: () => void;
}

interface Base {
  draft: Draft;
  /** What it is edited from, so that nobody's save in between is lost. */
  revision: number | null;
}

interface Clash {
  merge: Merge;
  theirs: OperatorServiceFragment;
  savedAt: string;
  byYourself: boolean;
}

export function Editor({ service, categories, lines, onChanged }: EditorProps) {
  const t = useTexts(texts);
  const kit = useTexts(kitTexts);
  const tongue = useTongue();
  const client = useClient();
  const confirm = useConfirm();
  const tell = useTell();
  const prices = useMay("PRICES_MANAGE");
  const [values, address] = useAddress();
  const id = service?.id ?? null;

  const [began] = useState(() => {
    const kept = keptRead(id);
    const kind = KINDS.includes(values["kind"] ?? "") ? (values["kind"] as ServiceKind) : "PICK_UP";
    const draft = service ? draftOf(service) : emptyDraft(kind, values["category"] ?? categories[0]?.id ?? "");
    const own: Base = { draft, revision: service?.draft?.revision ?? null };
    return kept
      ? { base: { draft: kept.base, revision: kept.revision }, draft: kept.draft, restored: true }
      : { base: own, draft, restored: false };
  });
  const [base, setBase] = useState<Base>(began.base);
  const [draft, setDraft] = useState<Draft>(began.draft);
  const [restored, setRestored] = useState(began.restored);
  const [findings, setFindings] = useState(service?.draft?.findings ?? []);
  const [refused, setRefused] = useState<{ title: string; problems: Problem[] } | null>(null);
  const [unsound, setUnsound] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Clash | null>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [latest, setLatest] = useState<OperatorServiceFragment | null>(null);
  const [save, saving] = useAct(OperatorServiceSaveDocument);
  const [publish, publishing] = useAct(OperatorServicePublishDocument);

  const dirty = !same(draft, base.draft);
  // A new one goes to an address of its own by being saved, which loses nothing.
  useLeaveGuard(dirty && !saving);
  useEffect(() => {
    const timer = setTimeout(
      () => keptWrite(id, dirty ? { draft, base: base.draft, revision: base.revision } : null),
      300,
    );
    return () => clearTimeout(timer);
  }, [id, draft, base, dirty]);

  const change = useCallback((next: (before: Draft) => Draft) => {
    setDraft(next);
    setRefused(null);
  }, []);
  const onOpen = useCallback((row: string, isOpen: boolean) => {
    setOpen((before) => {
      const next = new Set(before);
      if (isOpen) next.add(row);
      else next.delete(row);
      return next;
    });
  }, []);
  const go = useCallback(
    (place: Place) => {
      if (place.item) onOpen(place.item, true);
      requestAnimationFrame(() => {
        const element = document.getElementById(anchorOf(place));
        element?.scrollIntoView({ block: place.item ? "center" : "start" });
        element?.querySelector<HTMLElement>("input, textarea, [role=combobox]")?.focus({ preventScroll: true });
      });
    },
    [onOpen],
  );

  function settle(saved: OperatorServiceFragment) {
    const fresh = draftOf(saved);
    setLatest(saved);
    setBase({ draft: fresh, revision: saved.draft?.revision ?? null });
    setDraft(fresh);
    setFindings(saved.draft?.findings ?? []);
    setRestored(false);
    keptWrite(id, null);
  }

  /** Sends the draft; answers what was saved, or null where something stood in its way. */
  async function send(what: Draft, from: Base): Promise<OperatorServiceFragment | null> {
    setTried(true);
    setRefused(null);
    const missing = unfinished(what, t, tongue);
    if (missing.length) {
      setRefused({ title: t("refused"), problems: missing });
      return null;
    }
    const outcome = await save({ input: inputOf(what, id, from.revision) }, { quiet: true });
    if (!outcome) return null;
    if ("failed" in outcome) {
      tell.bad(outcome.failed);
      return null;
    }
    if ("refused" in outcome) {
      if (id && outcome.refused.code === "SERVICE_CHANGED") {
        return clash(id, what, from, outcome.refused as unknown as { savedAt: string; byYourself: boolean });
      }
      const { field, message, reason } = outcome.refused as { field?: string; message: string; reason?: string };
      if (!field) tell.bad(message);
      else {
        const place = placeOf(field, what);
        const text = t("refusedAt", { what: placeName(place, what, t, tongue), reason: reason || message });
        setRefused({ title: t("refused"), problems: [{ place, text }] });
      }
      return null;
    }
    settle(outcome.done.service);
    return outcome.done.service;
  }

  /** Somebody saved meanwhile: shows what each changed, unless it comes to the same. */
  async function clash(
    serviceId: string,
    what: Draft,
    from: Base,
    { savedAt, byYourself }: { savedAt: string; byYourself: boolean },
  ): Promise<OperatorServiceFragment | null> {
    const answer = await client.query(OperatorServiceDocument, { id: serviceId }, { requestPolicy: "network-only" });
    const theirs = answer.data?.service;
    if (!theirs?.draft) {
      tell.bad(answer.error ? faultOf(answer.error, kit) : t("gone"));
      return null;
    }
    const there = draftOf(theirs);
    const merge = merged(from.draft, what, there);
    if (merge.theirs.length === 0) return send(what, { draft: there, revision: theirs.draft.revision });
    setConflict({ merge, theirs, savedAt, byYourself });
    return null;
  }

  async function saveDraft(what = draft, from = base) {
    if (saving || publishing) return;
    const saved = await send(what, from);
    if (!saved) return;
    tell.done(t("saved"));
    setTried(false);
    if (!id) address({ id: saved.id, kind: null, category: null }, { replace: true });
  }

  async function putOnSale() {
    if (saving || publishing) return;
    setUnsound(null);
    let target = id;
    let shown = textIn(draft.name, tongue.language, tongue.own);
    if (dirty || !id) {
      const saved = await send(draft, base);
      if (!saved) return;
      target = saved.id;
      shown = saved.name || shown;
      if (saved.draft?.findings.length) {
        if (!id) address({ id: saved.id, kind: null, category: null }, { replace: true });
        return;
      }
    }
    if (!target) return;
    const sure = await confirm({ title: t("askPublish", { name: shown }), hint: t("askPublishHint"), ok: t("publish") });
    if (sure) {
      const outcome = await publish({ input: { serviceId: target } }, { done: t("published", { name: shown }), quiet: true });
      if (outcome && "done" in outcome) {
        settle(outcome.done.service);
        onChanged();
      } else if (outcome && "failed" in outcome) tell.bad(outcome.failed);
      else if (outcome) {
        const code = outcome.refused.code;
        if (code === "PRICE_UNSOUND") setUnsound(outcome.refused.message);
        else if (code === "DECLARATION_BROKEN") {
          const { fault, path, example } = outcome.refused as unknown as { fault: string; path: string; example: string };
          if (!findings.length) setFindings([{ __typename: "ServiceFinding", fault, path, example: JSON.parse(example) as unknown }]);
        } else tell.bad(outcome.refused.message);
      }
    }
    if (!id) address({ id: target, kind: null, category: null }, { replace: true });
  }

  async function discard() {
    if (!(await confirm({ title: t("askDiscard"), hint: t("askDiscardHint"), ok: t("discard"), danger: true }))) return;
    if (service?.draft && !restored) setDraft(base.draft);
    else if (service?.draft) settle(service);
    else setDraft(base.draft);
    setRestored(false);
    setRefused(null);
  }

  // As in any editor.
  const onSave = useRef(saveDraft);
  onSave.current = saveDraft;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        void onSave.current();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);

  // What an act answered is known before the page is read anew.
  const head = latest && (latest.draft?.updatedAt ?? "") >= (service?.draft?.updatedAt ?? "") ? latest : service;
  const problems = useMemo(
    () => findings.map((finding) => problemOf(finding, draft, t, tongue)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the tongue is made anew each time
    [findings, draft, t, tongue.language, tongue.own],
  );
  const wrong = [...(refused?.problems ?? []), ...problems];
  const bad = new Set(wrong.flatMap(({ place }) => (place.item ? [place.item] : [])));
  const badSections = new Set(wrong.map(({ place }) => place.section));
  const part = { draft, change, open, onOpen, go, bad };
  const priced = (price: string) => (prices && id ? <Link to={`/prices?service=${encodeURIComponent(id)}`}>{price}</Link> : <span>{price}</span>);
  const name = textIn(draft.name, tongue.language, tongue.own);
  const nameless = tried && !draft.name.some((each) => each.language === tongue.own && each.text.trim());

  const bodies: Record<Section, ReactNode> = {
    basics: (
      <Basics
        draft={draft}
        change={change}
        categories={categories}
        lines={lines}
        kindFixed={Boolean(head?.versionNumber)}
        nameless={nameless}
      />
    ),
    asked: <AskedPart draft={draft} change={change} />,
    form: <FormBuilder {...part} />,
    stops: <Stops {...part} />,
    steps: <Steps {...part} />,
    requirements: <Requirements draft={draft} change={change} />,
    notices: <Notices {...part} />,
    cancellation: <Cancelling draft={draft} change={change} />,
    price: <Bounds draft={draft} change={change} />,
    pictures: <Pictures serviceId={id} media={service?.media ?? []} onChanged={onChanged} />,
  };

  return (
    <Page
      title={name || t(id ? "untitled" : "newTitle")}
      hint={
        <span className="k-row">
          <Link to="/catalogue" className="k-row">
            <ArrowLeftOutlined aria-hidden="true" /> {t("back")}
          </Link>
          {id && <Link to={`/catalogue/content?id=${encodeURIComponent(id)}`}>{t("content")}</Link>}
          {head && <StateTag mood={MOODS[head.state]}>{t(`state.${head.state}`)}</StateTag>}
          {head?.versionNumber && <span>{t("version", { number: head.versionNumber })}</span>}
          {head?.priceFrom && priced(t("from", { price: head.priceFrom.formatted }))}
        </span>
      }
    >
      <div className="s-bar">
        <nav aria-label={t("sections")}>
          {SECTIONS.map((section) => (
            <button key={section} type="button" onClick={() => go({ section })}>
              {t(`section.${section}`)}
              {badSections.has(section) && <span className="s-dot" aria-hidden="true" />}
            </button>
          ))}
        </nav>
        <span className="s-bar-acts">
          <span className="s-hint" role="status">
            {(dirty || !id) && t("unsaved")}
          </span>
          {dirty && id && <Button onClick={() => void discard()}>{t("discard")}</Button>}
          <Tooltip title="Ctrl S">
            <Button loading={saving} disabled={!dirty && Boolean(id)} onClick={() => void saveDraft()}>
              {t("save")}
            </Button>
          </Tooltip>
          <Button type="primary" loading={publishing} onClick={() => void putOnSale()}>
            {t("publish")}
          </Button>
        </span>
      </div>
      {restored && <Alert className="k-gap-below" type="info" showIcon closable title={t("restored")} />}
      <div className="s-columns">
        <div className="k-stack">
          {SECTIONS.map((section) => (
            <section key={section} id={`at-${section}`} className="k-sheet s-section" aria-labelledby={`head-${section}`}>
              <h2 id={`head-${section}`}>{t(`section.${section}`)}</h2>
              {section !== "basics" && <p className="s-hint s-section-hint">{t(`hint.${section}`)}</p>}
              {bodies[section]}
            </section>
          ))}
        </div>
        <aside className="k-stack s-side">
          {refused && <Problems alarm title={refused.title} problems={refused.problems} onGo={go} />}
          {unsound && (
            <Alert
              type="error"
              showIcon
              role="alert"
              title={t("unsound")}
              description={
                <>
                  <p>{unsound}</p>
                  <Link to="/prices">{t("toPrices")}</Link>
                </>
              }
            />
          )}
          {id && (
            <Problems title={t("problems")} {...(dirty && { hint: t("problemsAfterSave") })} problems={problems} onGo={go} />
          )}
          <Preview draft={draft} />
        </aside>
      </div>
      {conflict && (
        <Conflict
          merge={conflict.merge}
          serviceId={conflict.theirs.id}
          savedAt={conflict.savedAt}
          byYourself={conflict.byYourself}
          onClose={() => setConflict(null)}
          onTheirs={() => {
            settle(conflict.theirs);
            setConflict(null);
            tell.done(t("theirsTaken"));
          }}
          onCombine={() => {
            const both = conflict.merge.draft;
            const from = { draft: draftOf(conflict.theirs), revision: conflict.theirs.draft?.revision ?? null };
            setConflict(null);
            setDraft(both);
            setBase(from);
            void saveDraft(both, from);
          }}
        />
      )}
    </Page>
  );
}
