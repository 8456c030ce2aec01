import { describe, expect, it } from "vitest";
import { changeOf, ticksOf } from "./changes";
import { chosenOf, daysBetween } from "./periods";

const TODAY = "2026-03-02";

describe("the days of a report", () => {
  it.each([
    [{}, "2026-02-01", TODAY, "DAY"],
    [{ period: "today" }, TODAY, TODAY, "DAY"],
    [{ period: "7d" }, "2026-02-24", TODAY, "DAY"],
    [{ period: "month" }, "2026-03-01", TODAY, "DAY"],
    [{ period: "lastMonth" }, "2026-02-01", "2026-02-28", "DAY"],
    [{ period: "custom", from: "2025-06-01", to: "2025-12-31" }, "2025-06-01", "2025-12-31", "MONTH"],
    [{ period: "custom", from: "2026-01-01", to: "2026-03-31", by: "DAY" }, "2026-01-01", "2026-03-31", "DAY"],
  ])("%j", (values, firstOn, lastOn, by) => {
    expect(chosenOf(values as Record<string, string>, TODAY)).toMatchObject({ firstOn, lastOn, by });
  });

  it.each<Record<string, string>>([
    { period: "custom" },
    { period: "custom", from: "2026-02-30x", to: "2026-03-01" },
    { period: "custom", from: "2026-03-02", to: "2026-03-01" },
    { period: "custom", from: "2024-01-01", to: "2026-03-01" },
    { period: "ever", by: "YEAR" },
  ])("nonsense is the last thirty days: %j", (values) => {
    expect(chosenOf(values, TODAY)).toEqual({ preset: "30d", firstOn: "2026-02-01", lastOn: TODAY, by: "DAY" });
  });

  it("counts across a change of clocks", () => {
    expect(daysBetween("2026-03-28", "2026-03-30")).toBe(3);
  });
});

describe("a change", () => {
  it("is a share of what was before", () => {
    expect(changeOf(120, 100, "more", "share")).toEqual({ kind: "share", value: 0.2, mood: "good" });
    expect(changeOf(120, 100, "less", "share")).toEqual({ kind: "share", value: 0.2, mood: "bad" });
    expect(changeOf(100, 100, "more", "share")?.mood).toBe("same");
  });
  it("is in points between shares", () => {
    expect(changeOf(9_000, 9_500, "more", "points")).toEqual({ kind: "points", value: -0.05, mood: "bad" });
  });
  it("is nothing without something before", () => {
    expect(changeOf(5, 0, "more", "share")).toBeNull();
    expect(changeOf(5, null, "more", "points")).toBeNull();
  });
});

describe("an axis", () => {
  it.each([
    [0, [0, 1]],
    [3, [0, 1, 2, 3]],
    [97, [0, 25, 50, 75, 100]],
    [1234, [0, 500, 1000, 1500]],
  ])("up to %i", (most, ticks) => expect(ticksOf(most)).toEqual(ticks));
});
