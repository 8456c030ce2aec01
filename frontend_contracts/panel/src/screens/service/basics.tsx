/** What a service is called, where it lies and what of the common questions it asks. */

import type { OperatorServiceQuery, ServiceKind } from "@daiqu/client";
import { TextsInput, useTexts } from "@daiqu/kit";
import { InputNumber, Select, TreeSelect } from "antd";
import { usual, type Asked, type Draft } from "./model";
import { Field, NeedPicker } from "./parts";
import { texts } from "./texts";

export type Shelves = OperatorServiceQuery["categories"];
export type Lines = OperatorServiceQuery["lines"];

interface Branch {
  id: string;
  name: string;
  children?: readonly Branch[];
}

interface Node {
  value: string;
  title: string;
  children: Node[];
}

const branches = (shelves: readonly Branch[]): Node[] =>
  shelves.map(({ id, name, children }) => ({ value: id, title: name, children: branches(children ?? []) }));

const KINDS = ["PICK_UP", "BUY_FOR_ME", "DELIVERY", "ON_SITE"] as const satisfies readonly ServiceKind[];

interface BasicsProps {
  draft: Draft;
  change: (next: (before: Draft) => Draft) => void;
  categories: Shelves;
  lines: Lines;
  kindFixed: boolean;
  nameless: boolean;
}

export function Basics({ draft, change, categories, lines, kindFixed, nameless }: BasicsProps) {
  const t = useTexts(texts);
  const set = (what: Partial<Draft>) => change((before) => ({ ...before, ...what }));
  const ofKind = lines.filter((line) => line.kind === draft.kind);
  return (
    <div className="s-fields">
      <Field label={t("name")} to="s-name" fault={nameless ? t("nameNeeded") : undefined}>
        <TextsInput id="s-name" maxLength={200} value={draft.name} onChange={(name) => set({ name })} />
      </Field>
      <Field label={t("optional", { what: t("summary") })} to="s-summary">
        <TextsInput id="s-summary" maxLength={300} value={draft.summary} onChange={(summary) => set({ summary })} />
      </Field>
      <Field label={t("optional", { what: t("description") })} to="s-description">
        <TextsInput id="s-description" rows={4} maxLength={5000} value={draft.description} onChange={(description) => set({ description })} />
      </Field>
      <div className="s-pair">
        <Field label={t("category")} to="s-category" fault={draft.categoryId ? undefined : t("categoryNeeded")}>
          <TreeSelect
            id="s-category"
            showSearch={{ treeNodeFilterProp: "title" }}
            treeDefaultExpandAll
            value={draft.categoryId || undefined}
            treeData={branches(categories)}
            onChange={(categoryId: string) => set({ categoryId })}
          />
        </Field>
        <Field label={t("kind")} to="s-kind" {...(kindFixed && { hint: t("kindFixed") })}>
          <Select
            id="s-kind"
            disabled={kindFixed}
            value={draft.kind}
            options={KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
            onChange={(kind: ServiceKind) => set({ kind, lineId: null, ...usual(kind) })}
          />
        </Field>
        <Field label={t("line")} to="s-line">
          <Select
            id="s-line"
            value={draft.lineId ?? ""}
            options={[{ value: "", label: t("noLine") }, ...ofKind.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(line: string) => set({ lineId: line || null })}
          />
        </Field>
        <Field label={t("optional", { what: t("duration") })} to="s-duration" hint={t("durationHint")}>
          <InputNumber id="s-duration" min={15} max={960} precision={0} value={draft.durationMinutes} onChange={(durationMinutes) => set({ durationMinutes })} />
        </Field>
      </div>
    </div>
  );
}

const ASKED = ["weight", "items", "parcelCode", "duration", "insuredValue", "urgent", "appointment"] as const;

export function AskedPart({ draft, change }: Pick<BasicsProps, "draft" | "change">) {
  const t = useTexts(texts);
  const set = (what: Partial<Asked>) => change((before) => ({ ...before, asked: { ...before.asked, ...what } }));
  // What this kind can never be asked is not shown, unless it is asked already.
  const fits = (name: keyof Asked) =>
    draft.asked[name] !== "OFF" ||
    (name === "parcelCode"
      ? draft.stops.some((stop) => stop.kind === "PICK_UP")
      : name !== "appointment" || (draft.kind === "ON_SITE" && draft.stops.length === 1));
  return (
    <ul className="s-asked">
      {ASKED.filter(fits).map((name) => (
        <li key={name} id={`at-asked-${name}`}>
          <span>
            <span className="s-label">{t(`ask.${name}`)}</span>
            <span className="s-hint">{t(`askHint.${name}`)}</span>
          </span>
          <NeedPicker
            label={t(`ask.${name}`)}
            words="need"
            value={draft.asked[name]}
            {...(name === "urgent" && { without: "REQUIRED" as const })}
            onChange={(need) => set({ [name]: need })}
          />
        </li>
      ))}
    </ul>
  );
}
