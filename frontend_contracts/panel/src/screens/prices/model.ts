/** A price rule as it is edited: out of the API's JSON, and into the input that it takes. */

import type {
  AnswerTestInput,
  CalendarDayKind,
  OperatorPriceRulesQuery,
  OperatorRuleFragment,
  PriceConditionInput,
  PriceRounding,
  PriceRuleParamsInput,
  PriceRuleSaveInput,
  PriceStep,
} from "@daiqu/client";
import type { BootText } from "@daiqu/kit";

/** In the order in which a price is made; promotions are not of rules. */
export const STEPS = [
  "BASE",
  "DISTANCE",
  "WEIGHT",
  "SIZE",
  "DURATION",
  "OPTION",
  "FLOORS",
  "ZONE",
  "URGENT",
  "NIGHT",
  "PEAK",
  "HOLIDAY",
  "DEMAND",
  "MINIMUM",
  "MAXIMUM",
  "MEMBER",
  "WAVE",
  "INSURED",
  "GOODS",
  "TIP",
  "TAX",
  "COMMISSION",
] as const satisfies readonly PriceStep[];
export type Step = (typeof STEPS)[number];

/** Of these every rule that applies adds a line; of the others the first that applies. */
export const EACH: readonly string[] = ["OPTION", "FLOORS", "ZONE", "URGENT", "NIGHT", "PEAK", "HOLIDAY", "DEMAND"];
export const SURCHARGES: readonly string[] = ["ZONE", "URGENT", "NIGHT", "PEAK", "HOLIDAY", "MEMBER", "WAVE"];

export type Service = OperatorPriceRulesQuery["draftServices"]["edges"][number]["node"];
export type Zone = OperatorPriceRulesQuery["zones"][number];

export interface Band {
  upTo: number;
  amount: number;
}

/** Every parameter that some step has. */
export interface Params {
  amount?: number | null;
  courierLeast?: number | null;
  courierMost?: number | null;
  perKm?: number | null;
  freeMeters?: number | null;
  perKg?: number | null;
  freeGrams?: number | null;
  bands?: Band[] | null;
  amounts?: Record<string, number> | null;
  perHour?: number | null;
  minimumMinutes?: number | null;
  field?: string | null;
  perUnit?: number | null;
  freeUnits?: number | null;
  perFloor?: number | null;
  freeFloors?: number | null;
  percentBps?: number | null;
  rateBps?: number | null;
  minimum?: number | null;
  included?: boolean | null;
}

export interface Span {
  atLeast?: number | null;
  atMost?: number | null;
}

export interface AnswerTest {
  field: string;
  is?: (string | number | boolean)[];
  atLeast?: number | null;
  atMost?: number | null;
}

export interface When {
  weekdays?: number[];
  hours?: { from: string; to: string };
  dates?: { from?: string | null; to?: string | null };
  /** As the API's JSON has them: holiday, working, ordinary. */
  days?: string[];
  /** As the API's JSON has them: the zones' bare ids. */
  zonesFrom?: string[];
  zonesTo?: string[];
  distanceMeters?: Span;
  weightGrams?: Span;
  urgent?: boolean;
  memberLevels?: string[];
  waveSize?: Span;
  answers?: AnswerTest[];
}

export const CONDITIONS = [
  "weekdays",
  "hours",
  "dates",
  "days",
  "zonesFrom",
  "zonesTo",
  "distanceMeters",
  "weightGrams",
  "urgent",
  "memberLevels",
  "waveSize",
  "answers",
] as const satisfies readonly (keyof When)[];
export type ConditionName = (typeof CONDITIONS)[number];

export interface Rule {
  ruleId: string | null;
  step: Step;
  serviceId: string | null;
  label: BootText[];
  params: Params;
  when: When;
  priority: number;
  roundTo: number;
  rounding: PriceRounding;
  validFrom: string | null;
  validUntil: string | null;
  active: boolean;
}

const START: Partial<Record<Step, Params>> = {
  BASE: { amount: null },
  DISTANCE: { perKm: null, freeMeters: 0 },
  WEIGHT: { perKg: null, freeGrams: 0 },
  SIZE: { amounts: {} },
  DURATION: { perHour: null, minimumMinutes: 0 },
  OPTION: { field: null, amounts: {} },
  FLOORS: { perFloor: null, freeFloors: 0 },
  INSURED: { rateBps: null, minimum: 0 },
  TAX: { rateBps: null, included: true },
};

/** A rule of a step, as it begins: with the condition that the step cannot be without. */
export function emptyRule(step: Step, serviceId: string | null): Rule {
  const surcharge: Params = { percentBps: null };
  const when: When = step === "NIGHT" ? { hours: { from: "22:00", to: "06:00" } } : {};
  if (step === "PEAK") when.hours = { from: "17:00", to: "19:00" };
  if (step === "WAVE") when.waveSize = { atLeast: 2 };
  if (step === "ZONE") when.zonesTo = [];
  if (step === "MEMBER") when.memberLevels = [];
  return {
    ruleId: null,
    step,
    serviceId,
    label: [],
    params: START[step] ?? (step === "MINIMUM" || step === "MAXIMUM" ? { amount: null } : step === "GOODS" || step === "TIP" ? {} : surcharge),
    when,
    priority: 0,
    roundTo: 1,
    rounding: "HALF_UP",
    validFrom: null,
    validUntil: null,
    active: true,
  };
}

export function ruleOf(row: OperatorRuleFragment): Rule {
  return {
    ruleId: row.id,
    step: row.step as Step,
    serviceId: row.service?.id ?? null,
    label: row.labels.map(({ language, text }) => ({ language, text })),
    params: row.params as Params,
    when: row.when as When,
    priority: row.priority,
    roundTo: row.roundTo,
    rounding: row.rounding,
    validFrom: row.validFrom ?? null,
    validUntil: row.validUntil ?? null,
    active: row.active,
  };
}

/** A row's id as the API names things, out of the bare one, and back. */
export const globalId = (type: string, bare: string) => btoa(`${type}:${bare}`);
export function bareId(global: string): string {
  try {
    return atob(global).split(":")[1] ?? "";
  } catch {
    return "";
  }
}

const PARAM_NAMES: Record<string, keyof PriceRuleParamsInput> = Object.fromEntries(
  STEPS.map((step) => [step, step.toLowerCase() as keyof PriceRuleParamsInput]),
);

export function inputOf(rule: Rule): PriceRuleSaveInput {
  const { params } = rule;
  const listed = {
    ...params,
    ...(params.amounts && { amounts: Object.entries(params.amounts).map(([key, amount]) => ({ key, amount })) }),
  };
  const given = Object.fromEntries(Object.entries(listed).filter(([, value]) => value !== null && value !== undefined));
  const name = PARAM_NAMES[rule.step] as keyof PriceRuleParamsInput;
  const none = rule.step === "GOODS" || rule.step === "TIP";
  return {
    ruleId: rule.ruleId,
    step: rule.step,
    serviceId: rule.serviceId,
    label: rule.label,
    params: none ? null : ({ [name]: given } as unknown as PriceRuleParamsInput),
    when: whenInput(rule.when),
    priority: rule.priority,
    roundTo: rule.roundTo,
    rounding: rule.rounding,
    validFrom: rule.validFrom,
    validUntil: rule.validUntil,
    active: rule.active,
  };
}

export function whenInput(when: When): PriceConditionInput | null {
  const input: PriceConditionInput = {};
  if (when.weekdays?.length) input.weekdays = when.weekdays;
  if (when.hours) input.hours = when.hours;
  if (when.dates?.from || when.dates?.to) input.dates = { from: when.dates.from ?? null, to: when.dates.to ?? null };
  if (when.days?.length) input.days = when.days.map((day) => day.toUpperCase() as CalendarDayKind);
  if (when.zonesFrom?.length) input.zonesFrom = when.zonesFrom.map((id) => globalId("Zone", id));
  if (when.zonesTo?.length) input.zonesTo = when.zonesTo.map((id) => globalId("Zone", id));
  for (const name of ["distanceMeters", "weightGrams", "waveSize"] as const) {
    const span = when[name];
    if (span && (span.atLeast != null || span.atMost != null)) {
      input[name] = { atLeast: span.atLeast ?? null, atMost: span.atMost ?? null };
    }
  }
  if (when.urgent !== undefined) input.urgent = when.urgent;
  if (when.memberLevels?.length) input.memberLevels = when.memberLevels;
  if (when.answers?.length) input.answers = when.answers.map(answerInput);
  return Object.keys(input).length ? input : null;
}

function answerInput({ field, is, atLeast, atMost }: AnswerTest): AnswerTestInput {
  if (!is) return { field, atLeast: atLeast ?? null, atMost: atMost ?? null };
  return {
    field,
    is: is.map((value) =>
      typeof value === "boolean" ? { flag: value } : typeof value === "number" ? { number: value } : { text: value },
    ),
  };
}

const NEEDED: Partial<Record<Step, (keyof Params)[]>> = {
  BASE: ["amount"],
  DISTANCE: ["perKm"],
  WEIGHT: ["perKg"],
  DURATION: ["perHour"],
  FLOORS: ["perFloor"],
  DEMAND: ["percentBps"],
  MINIMUM: ["amount"],
  MAXIMUM: ["amount"],
  INSURED: ["rateBps"],
  TAX: ["rateBps"],
  COMMISSION: ["percentBps"],
};

export type Missing = "label" | "params" | "zones" | "memberLevels" | "answers";

/** What a rule still needs before it can be tried or saved. */
export function missing(rule: Rule, language: string): Missing[] {
  const { params, when, step } = rule;
  const found: Missing[] = [];
  if (!rule.label.some((each) => each.language === language && each.text.trim())) found.push("label");
  const empty = (value: unknown) => value === null || value === undefined || value === "";
  const amounts = params.amounts && Object.keys(params.amounts).length > 0;
  if (
    (NEEDED[step] ?? []).some((name) => empty(params[name])) ||
    (SURCHARGES.includes(step) && empty(params.amount) && empty(params.percentBps)) ||
    (step === "SIZE" && !amounts) ||
    (step === "OPTION" && (empty(params.field) || (!amounts && empty(params.perUnit))))
  ) {
    found.push("params");
  }
  if (step === "ZONE" && !when.zonesFrom?.length && !when.zonesTo?.length) found.push("zones");
  if (step === "MEMBER" && !when.memberLevels?.length) found.push("memberLevels");
  if (when.answers?.some(({ field, is, atLeast, atMost }) => !field || !(is?.length || atLeast != null || atMost != null))) {
    found.push("answers");
  }
  return found;
}

/** Rules by step, in the order of the pipeline; of a step a service's own first, then by priority. */
export function byStep<R extends { step: string; priority: number; service?: { id: string } | null }>(
  rules: readonly R[],
): { step: Step; rules: R[] }[] {
  return STEPS.map((step) => ({
    step,
    rules: rules
      .filter((rule) => rule.step === step)
      .sort((one, other) => Number(Boolean(other.service)) - Number(Boolean(one.service)) || other.priority - one.priority),
  })).filter((group) => group.rules.length > 0);
}

export interface Trial {
  before: { amount: number };
  after?: { amount: number } | null;
}

/** What a publication would change, over all that was sold. */
export function summed(trials: readonly Trial[]) {
  const priced = trials.filter((trial) => trial.after);
  const before = priced.reduce((sum, trial) => sum + trial.before.amount, 0);
  const after = priced.reduce((sum, trial) => sum + (trial.after?.amount ?? 0), 0);
  return {
    before,
    after,
    dearer: priced.filter((trial) => (trial.after?.amount ?? 0) > trial.before.amount).length,
    cheaper: priced.filter((trial) => (trial.after?.amount ?? 0) < trial.before.amount).length,
    same: priced.filter((trial) => trial.after?.amount === trial.before.amount).length,
    unpriced: trials.length - priced.length,
    change: before ? (after - before) / before : 0,
  };
}
