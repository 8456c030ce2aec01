/** How a figure compares with the period before. */

export type Better = "more" | "less";

export interface Change {
  /** What to show: a share of what was before, or percentage points. */
  kind: "share" | "points";
  value: number;
  mood: "good" | "bad" | "same";
}

/** Nothing to compare with is null. */
export function changeOf(now: number | null | undefined, before: number | null | undefined, better: Better, kind: Change["kind"]): Change | null {
  if (now == null || before == null || (kind === "share" && before === 0)) return null;
  const value = kind === "share" ? (now - before) / before : (now - before) / 10_000;
  // What would be shown as 0.0% is no change.
  const shown = Math.abs(value) < 0.0005 ? 0 : value;
  const good = better === "more" ? shown > 0 : shown < 0;
  return { kind, value: shown, mood: shown === 0 ? "same" : good ? "good" : "bad" };
}

/** Round marks of an axis from nothing to at least `most`: five at most, each 1, 2, 2.5 or 5 times a power of ten apart. */
export function ticksOf(most: number): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 2.5, 5, 10].find((times) => times * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, number) => number * step);
}
