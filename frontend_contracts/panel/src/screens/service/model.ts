/** The draft of a service as it is edited: out of what the API tells, and into what it takes. */

import type {
  CancelStage,
  Certificate,
  FormFieldType,
  Gender,
  Need,
  NoticeAudience,
  OperatorServiceFragment,
  OrderState,
  ServiceKind,
  ServiceSaveInput,
  StopKind,
} from "@daiqu/client";
import type { BootText } from "@daiqu/kit";
import { condInput, condOf, holds, renamed, tidy, type Answers, type Cond } from "./conditions";

export interface Choice {
  /** Of the editor alone: keeps a row itself while it moves. */
  id: string;
  key: string;
  label: BootText[];
}

export interface Question extends Choice {
  type: FormFieldType;
  hint: BootText[];
  required: boolean;
  when: Cond | null;
  options: Choice[];
  least: number | null;
  most: number | null;
  unit: BootText[];
}

export interface Step {
  id: string;
  key: string;
  stop: number;
  name: BootText[];
  hint: BootText[];
  required: boolean;
  photo: Need;
  after: string[];
  when: Cond | null;
}

export interface Stop {
  id: string;
  kind: StopKind;
  photo: Need;
  pin: Need;
}

export interface Notice {
  id: string;
  state: OrderState;
  to: NoticeAudience;
  text: BootText[];
}

export type Asked = Record<
  "weight" | "items" | "parcelCode" | "duration" | "insuredValue" | "urgent" | "appointment",
  Need
>;

export const STAGES = ["PLACED", "ACCEPTED", "DEPARTED", "ARRIVED"] as const satisfies readonly CancelStage[];

export interface Draft {
  categoryId: string;
  lineId: string | null;
  kind: ServiceKind;
  position: number;
  name: BootText[];
  summary: BootText[];
  description: BootText[];
  durationMinutes: number | null;
  asked: Asked;
  form: Question[];
  stops: Stop[];
  steps: Step[];
  requirements: { certificates: Certificate[]; exams: string[]; level: number; gender: Gender | null; reason: BootText[] };
  /** What cancelling costs by stage, in basis points; null: the customer cannot. */
  cancellation: Record<CancelStage, number | null>;
  notices: Notice[];
  price: { least: number | null; most: number | null; risesWith: string[] };
}

/** Parts that two people can change without getting in each other's way. */
export const PARTS = [
  "categoryId",
  "lineId",
  "kind",
  "position",
  "name",
  "summary",
  "description",
  "durationMinutes",
  "asked",
  "form",
  "stops",
  "steps",
  "requirements",
  "cancellation",
  "notices",
  "price",
] as const satisfies readonly (keyof Draft)[];
export type Part = (typeof PARTS)[number];

let made = 0;
export const newId = () => `new${(made += 1)}`;

const plain = (texts: readonly { language: string; text: string }[] | null | undefined): BootText[] =>
  (texts ?? [])
    .map(({ language, text }) => ({ language, text }))
    .sort((one, other) => (one.language < other.language ? -1 : 1));

const NOTHING_ASKED: Asked = {
  weight: "OFF",
  items: "OFF",
  parcelCode: "OFF",
  duration: "OFF",
  insuredValue: "OFF",
  urgent: "OFF",
  appointment: "OFF",
};

export function draftOf(service: OperatorServiceFragment): Draft {
  const { draft } = service;
  if (!draft) throw new Error("a service without its draft");
  const { declared } = draft;
  const fees = new Map(declared.cancellation.map(({ stage, percentBps }) => [stage, percentBps]));
  return {
    categoryId: service.category.id,
    lineId: service.line?.id ?? null,
    kind: service.kind,
    position: service.position,
    name: plain(draft.names),
    summary: plain(draft.summaries),
    description: plain(draft.descriptions),
    durationMinutes: draft.durationMinutes ?? null,
    asked: {
      weight: draft.asked.weight,
      items: draft.asked.items,
      parcelCode: draft.asked.parcelCode,
      duration: draft.asked.duration,
      insuredValue: draft.asked.insuredValue,
      urgent: draft.asked.urgent,
      appointment: draft.asked.appointment,
    },
    form: declared.form.map((field) => ({
      id: field.key,
      key: field.key,
      type: field.type,
      label: plain(field.label.all),
      hint: plain(field.hint?.all),
      required: field.required,
      when: condOf(field.when),
      options: field.options.map(({ key, label }) => ({ id: key, key, label: plain(label.all) })),
      least: field.least ?? null,
      most: field.most ?? null,
      unit: plain(field.unit?.all),
    })),
    stops: draft.stops.map(({ kind, photo, pin }, index) => ({ id: `stop${index}`, kind, photo, pin })),
    steps: declared.steps.map((step) => ({
      id: step.key,
      key: step.key,
      stop: step.stop,
      name: plain(step.name.all),
      hint: plain(step.hint?.all),
      required: step.required,
      photo: step.photo,
      after: [...step.after],
      when: condOf(step.when),
    })),
    requirements: {
      certificates: [...declared.requirements.certificates],
      exams: [...declared.requirements.exams],
      level: declared.requirements.level,
      gender: declared.requirements.gender ?? null,
      reason: plain(declared.requirements.reason?.all),
    },
    cancellation: Object.fromEntries(STAGES.map((stage) => [stage, fees.get(stage) ?? null])) as Draft["cancellation"],
    notices: declared.notices.map(({ state, to, text }, index) => ({
      id: `notice${index}`,
      state,
      to,
      text: plain(text.all),
    })),
    price: {
      least: declared.price.least ?? null,
      most: declared.price.most ?? null,
      risesWith: [...declared.price.risesWith],
    },
  };
}

/** What the API takes, less what its type of question has no use for. */
export function inputOf(draft: Draft, id: string | null, revision: number | null): ServiceSaveInput {
  const { requirements, price } = draft;
  return {
    id,
    revision: id ? revision : null,
    categoryId: draft.categoryId,
    lineId: draft.lineId,
    kind: draft.kind,
    position: draft.position,
    name: draft.name,
    summary: draft.summary,
    description: draft.description,
    durationMinutes: draft.durationMinutes,
    stops: draft.stops.map(({ kind, photo, pin }) => ({ kind, photo, pin })),
    asked: draft.asked,
    declaration: {
      form: draft.form.map((field) => {
        const when = tidy(field.when);
        return {
          key: field.key,
          type: field.type,
          label: field.label,
          hint: field.hint,
          required: field.required,
          when: when && condInput(when),
          options: chooses(field.type) ? field.options.map(({ key, label }) => ({ key, label })) : [],
          least: field.type === "NUMBER" ? field.least : null,
          most: field.type === "NUMBER" || field.type === "PHOTO" ? field.most : null,
          unit: field.type === "NUMBER" ? field.unit : [],
        };
      }),
      steps: draft.steps.map(({ id: _, when, ...step }) => {
        const tidied = tidy(when);
        return { ...step, when: tidied && condInput(tidied) };
      }),
      requirements: {
        certificates: requirements.certificates,
        exams: requirements.exams,
        level: requirements.level,
        gender: requirements.gender,
        reason: requirements.gender ? requirements.reason : [],
      },
      cancellation: STAGES.flatMap((stage) => {
        const percentBps = draft.cancellation[stage];
        return percentBps === null ? [] : [{ stage, percentBps }];
      }),
      notices: draft.notices.map(({ state, to, text }) => ({ state, to, text })),
      price,
    },
  };
}

export const chooses = (type: FormFieldType) => type === "CHOICE" || type === "CHOICES";

const STOPS: Record<ServiceKind, Omit<Stop, "id">[]> = {
  PICK_UP: [
    { kind: "PICK_UP", photo: "REQUIRED", pin: "OFF" },
    { kind: "DROP_OFF", photo: "OFF", pin: "REQUIRED" },
  ],
  DELIVERY: [
    { kind: "PICK_UP", photo: "REQUIRED", pin: "OFF" },
    { kind: "DROP_OFF", photo: "OFF", pin: "REQUIRED" },
  ],
  BUY_FOR_ME: [{ kind: "DROP_OFF", photo: "OFF", pin: "REQUIRED" }],
  ON_SITE: [{ kind: "ON_SITE", photo: "REQUIRED", pin: "OFF" }],
};

/** What a service of a kind usually has: where its stops are, and what must be asked. */
export function usual(kind: ServiceKind): Pick<Draft, "stops" | "asked"> {
  const stops = STOPS[kind].map((stop) => ({ ...stop, id: newId() }));
  if (kind === "ON_SITE") return { stops, asked: { ...NOTHING_ASKED, duration: "OPTIONAL", urgent: "OPTIONAL" } };
  const asked: Asked = { ...NOTHING_ASKED, weight: "OPTIONAL", urgent: "OPTIONAL" };
  if (kind === "BUY_FOR_ME") return { stops, asked: { ...asked, weight: "OFF", items: "REQUIRED" } };
  return { stops, asked: { ...asked, ...(kind === "PICK_UP" && { parcelCode: "OPTIONAL" as const }) } };
}

export function emptyDraft(kind: ServiceKind, categoryId: string): Draft {
  return {
    categoryId,
    lineId: null,
    kind,
    position: 0,
    name: [],
    summary: [],
    description: [],
    durationMinutes: null,
    ...usual(kind),
    form: [],
    steps: [],
    requirements: { certificates: [], exams: [], level: 0, gender: null, reason: [] },
    cancellation: { PLACED: 0, ACCEPTED: null, DEPARTED: null, ARRIVED: null },
    notices: [],
    price: { least: null, most: null, risesWith: [] },
  };
}

/** A key that is not taken yet, out of words if they have Latin letters, else `stem` and a number. */
export function keyFor(words: string, stem: string, taken: readonly string[]): string {
  const slug = words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 30);
  const base = slug || stem;
  if (slug && !taken.includes(slug)) return slug;
  for (let number = slug ? 2 : 1; ; number += 1) {
    const key = `${base}_${number}`;
    if (!taken.includes(key)) return key;
  }
}

/** A question by another key, in every condition and bound that speaks of it too. */
export function questionRenamed(draft: Draft, from: string, to: string): Draft {
  return {
    ...draft,
    form: draft.form.map((field) => ({
      ...field,
      key: field.key === from ? to : field.key,
      when: renamed(field.when, from, to),
    })),
    steps: draft.steps.map((step) => ({ ...step, when: renamed(step.when, from, to) })),
    price: { ...draft.price, risesWith: draft.price.risesWith.map((name) => (name === from ? to : name)) },
  };
}

/** The questions that somebody with these answers is asked, in order, as the server decides it. */
export function askedOf(form: readonly Question[], answers: Answers): Question[] {
  const given: Record<string, unknown> = {};
  return form.filter((field) => {
    // An answer to what is not asked any more counts for nothing that comes later.
    const asked = holds(field.when, given);
    if (asked && answers[field.key] !== undefined) given[field.key] = answers[field.key];
    return asked;
  });
}

export const same = (one: unknown, other: unknown) => JSON.stringify(bare(one)) === JSON.stringify(bare(other));

/** Without the ids of rows, which are the editor's own. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "id")
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, bare(inner)]),
  );
}

export interface Merge {
  /** Both: theirs where I changed nothing, else mine. */
  draft: Draft;
  theirs: Part[];
  mine: Part[];
  /** Changed by both, and not alike: mine would go over theirs. */
  both: Part[];
}

/** What somebody else saved meanwhile, put together with what was typed here, part by part. */
export function merged(base: Draft, mine: Draft, theirs: Draft): Merge {
  const of = (one: Draft, other: Draft) => PARTS.filter((part) => !same(one[part], other[part]));
  const changedThere = of(base, theirs);
  const changedHere = of(base, mine);
  const both = changedHere.filter((part) => changedThere.includes(part) && !same(mine[part], theirs[part]));
  const taken = changedThere.filter((part) => !changedHere.includes(part));
  return {
    draft: { ...mine, ...Object.fromEntries(taken.map((part) => [part, theirs[part]])) },
    theirs: changedThere,
    mine: changedHere,
    both,
  };
}
