/** Which days a report is of: out of the address, and into it. Days are the operator's, as 2026-11-22. */

import { dayAfter } from "../calendar/layout";

export const PRESETS = ["today", "7d", "30d", "month", "lastMonth", "custom"] as const;
export type Preset = (typeof PRESETS)[number];

export const STEPS = ["DAY", "WEEK", "MONTH"] as const;
export type Step = (typeof STEPS)[number];

/** As many as the server tells of at once. */
export const MAX_DAYS = 400;
const USUAL: Preset = "30d";
/** Up to how many days bars are days, and weeks. */
const DAYS_AS_DAYS = 62;
const DAYS_AS_WEEKS = 200;
const DAY_MS = 86_400_000;

export interface Chosen {
  preset: Preset;
  firstOn: string;
  lastOn: string;
  by: Step;
}

const isDay = (text: string | undefined): text is string => /^\d{4}-\d\d-\d\d$/.test(text ?? "") && !Number.isNaN(Date.parse(text ?? ""));

/** How many days from one to another, both included. */
export function daysBetween(firstOn: string, lastOn: string): number {
  return Math.round((Date.parse(lastOn) - Date.parse(firstOn)) / DAY_MS) + 1;
}

/** What the address asks for; what makes no sense there is the last thirty days. */
export function chosenOf(values: Readonly<Record<string, string>>, today: string): Chosen {
  const asked = PRESETS.find((each) => each === values["period"]) ?? USUAL;
  const days = daysOf(asked, values, today) ?? daysOf(USUAL, values, today);
  const [firstOn, lastOn] = days as [string, string];
  const count = daysBetween(firstOn, lastOn);
  const usual: Step = count <= DAYS_AS_DAYS ? "DAY" : count <= DAYS_AS_WEEKS ? "WEEK" : "MONTH";
  const by = STEPS.find((each) => each === values["by"]) ?? usual;
  return { preset: daysOf(asked, values, today) ? asked : USUAL, firstOn, lastOn, by };
}

function daysOf(preset: Preset, values: Readonly<Record<string, string>>, today: string): [string, string] | null {
  const month = `${today.slice(0, 7)}-01`;
  switch (preset) {
    case "today":
      return [today, today];
    case "7d":
      return [dayAfter(today, -6), today];
    case "30d":
      return [dayAfter(today, -29), today];
    case "month":
      return [month, today];
    case "lastMonth": {
      const lastOn = dayAfter(month, -1);
      return [`${lastOn.slice(0, 7)}-01`, lastOn];
    }
    case "custom": {
      const { from, to } = values;
      const sound = isDay(from) && isDay(to) && from <= to && daysBetween(from, to) <= MAX_DAYS;
      return sound ? [from, to] : null;
    }
  }
}
