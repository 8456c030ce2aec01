/** Conditions as the editor has them: a tree of tests and groups, each of which may be turned round. */

import type { ConditionInput, OperatorConditionFragment } from "@daiqu/client";

export interface Test {
  field: string;
  options: string[];
  flag: boolean | null;
  atLeast: number | null;
  atMost: number | null;
}

export type Cond =
  | { kind: "test"; not: boolean; test: Test }
  | { kind: "group"; not: boolean; join: "all" | "any"; parts: Cond[] };

export type Answers = Readonly<Record<string, unknown>>;

/** What a condition may ask about: choices, numbers, yes or no; never anybody's words. */
export const ASKABLE = ["CHOICE", "CHOICES", "NUMBER", "YES_NO"] as const;

/** Levels that a condition may have, turning round counted. */
export const MAX_LEVELS = 5;

/** As the API tells it, to whatever depth it does. */
interface Told {
  test?: Test | null;
  all?: readonly Told[] | null;
  any?: readonly Told[] | null;
  negated?: Told | null;
}

export function condOf(told: OperatorConditionFragment | null | undefined): Cond | null {
  return told ? read(told as Told) : null;
}

function read(told: Told): Cond {
  if (told.test) {
    const { field, options, flag, atLeast, atMost } = told.test;
    return {
      kind: "test",
      not: false,
      test: { field, options: [...options], flag: flag ?? null, atLeast: atLeast ?? null, atMost: atMost ?? null },
    };
  }
  if (told.negated) {
    const inner = read(told.negated);
    return { ...inner, not: !inner.not };
  }
  const join = told.all ? "all" : "any";
  return { kind: "group", not: false, join, parts: (told.all ?? told.any ?? []).map(read) };
}

export function condInput(cond: Cond): ConditionInput {
  const plain = plainInput(cond);
  return cond.not ? { negated: plain } : plain;
}

function plainInput(cond: Cond): ConditionInput {
  if (cond.kind === "group") {
    const parts = cond.parts.map(condInput);
    return cond.join === "all" ? { all: parts } : { any: parts };
  }
  const { field, options, flag, atLeast, atMost } = cond.test;
  if (flag !== null) return { test: { field, flag } };
  if (options.length) return { test: { field, options } };
  return { test: { field, atLeast, atMost } };
}

/** Without groups that say nothing: one of a single part is that part, one of none is gone. */
export function tidy(cond: Cond | null): Cond | null {
  if (!cond || cond.kind === "test") return cond;
  const parts = cond.parts.map(tidy).filter((part): part is Cond => part !== null);
  const [only] = parts;
  if (!only) return null;
  if (parts.length === 1) return { ...only, not: only.not !== cond.not };
  return { ...cond, parts };
}

export function levels(cond: Cond): number {
  const own = (cond.not ? 1 : 0) + 1;
  return cond.kind === "test" ? own : own + Math.max(0, ...cond.parts.map(levels));
}

/** Whether it holds for who has answered so: as the server decides it. */
export function holds(cond: Cond | null, answers: Answers): boolean {
  if (!cond) return true;
  const plain =
    cond.kind === "test"
      ? met(cond.test, answers[cond.test.field])
      : cond.join === "all"
        ? cond.parts.every((part) => holds(part, answers))
        : cond.parts.some((part) => holds(part, answers));
  return plain !== cond.not;
}

function met(test: Test, answer: unknown): boolean {
  if (answer === null || answer === undefined) return false;
  if (test.flag !== null) return answer === test.flag;
  if (test.options.length) {
    const given: unknown[] = Array.isArray(answer) ? answer : [answer];
    return given.some((each) => typeof each === "string" && test.options.includes(each));
  }
  if (typeof answer !== "number") return false;
  return (test.atLeast === null || answer >= test.atLeast) && (test.atMost === null || answer <= test.atMost);
}

/** The same with questions and options called by other keys. */
export function renamed(cond: Cond | null, field: string, to: string): Cond | null {
  if (!cond) return null;
  if (cond.kind === "group") {
    return { ...cond, parts: cond.parts.map((part) => renamed(part, field, to) as Cond) };
  }
  return cond.test.field === field ? { ...cond, test: { ...cond.test, field: to } } : cond;
}

/** The keys of the questions that it asks about. */
export function fieldsIn(cond: Cond | null): string[] {
  if (!cond) return [];
  return cond.kind === "test" ? [cond.test.field] : cond.parts.flatMap(fieldsIn);
}

/** Whether a test says what it wants to hear: until then it cannot be saved. */
export function complete(cond: Cond | null): boolean {
  if (!cond) return true;
  if (cond.kind === "group") return cond.parts.every(complete);
  const { field, options, flag, atLeast, atMost } = cond.test;
  return Boolean(field) && (flag !== null || options.length > 0 || atLeast !== null || atMost !== null);
}
