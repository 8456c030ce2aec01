import { expect, test } from "vitest";
import { channelsOf, standingOf } from "./standing";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const open = { startsAt: "2026-11-01T00:00:00Z" };

test("an end comes before everything else", () => {
  expect(standingOf({ ...open, endsAt: "2026-11-22T10:00:00Z", budget: 5, spent: 5 }, NOW)).toBe("ENDED");
});

test("a budget or a number of uses runs out", () => {
  expect(standingOf({ ...open, budget: 500, spent: 500 }, NOW)).toBe("USED_UP");
  expect(standingOf({ ...open, usesLimit: 3, uses: 3 }, NOW)).toBe("USED_UP");
  expect(standingOf({ ...open, budget: 500, spent: null, usesLimit: 3, uses: 2 }, NOW)).toBe("RUNNING");
});

test("what has not begun is planned", () => {
  expect(standingOf({ startsAt: "2026-12-01T00:00:00Z", endsAt: "2026-12-24T00:00:00Z" }, NOW)).toBe("PLANNED");
  expect(standingOf(open, NOW)).toBe("RUNNING");
});

test("codes are counted by channel", () => {
  const codes = [{ channel: "posters", uses: 1 }, { channel: "", uses: 0 }, { channel: "posters", uses: 4 }];
  expect(channelsOf(codes)).toEqual([
    { channel: "posters", codes: 2, uses: 5 },
    { channel: "", codes: 1, uses: 0 },
  ]);
});
