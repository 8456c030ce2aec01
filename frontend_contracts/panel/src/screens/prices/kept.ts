/** A rule that was typed and not saved, kept for this tab: a reload or another language loses nothing. */

import type { Rule } from "./model";

const key = ({ ruleId, step }: Rule) => `daiqu.rule.${ruleId ?? step}`;

/** What was typed over `began`, if anything. */
export function keptRead(began: Rule): Rule | null {
  try {
    return JSON.parse(sessionStorage.getItem(key(began)) ?? "null") as Rule | null;
  } catch {
    return null;
  }
}

export function keptWrite(began: Rule, rule: Rule | null): void {
  try {
    if (rule) sessionStorage.setItem(key(began), JSON.stringify(rule));
    else sessionStorage.removeItem(key(began));
  } catch {
    // A full or forbidden storage only takes the comfort away.
  }
}
