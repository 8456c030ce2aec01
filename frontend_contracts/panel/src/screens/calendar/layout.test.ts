import { expect, test } from "vitest";
import { dayAfter, dayOf, hoursShown, instantOf, minutesOf, minutesOn, mondayOf, placed, weekOf } from "./layout";

const SHANGHAI = "Asia/Shanghai";
const BERLIN = "Europe/Berlin";
const block = (id: string, startsAt: string, endsAt: string) => ({ id, startsAt, endsAt });

test("days are the operator's, not the browser's", () => {
  expect(dayOf("2026-11-22T16:30:00Z", SHANGHAI)).toBe("2026-11-23");
  expect(minutesOf("2026-11-22T16:30:00Z", SHANGHAI)).toBe(30);
  expect(minutesOf("2026-11-22T16:00:00Z", SHANGHAI)).toBe(0);
});

test("a week begins on Monday", () => {
  expect(mondayOf("2026-11-22")).toBe("2026-11-16");
  expect(mondayOf("2026-11-23")).toBe("2026-11-23");
  expect(weekOf("2026-11-25")).toEqual(["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"]);
  expect(dayAfter("2026-12-31", 1)).toBe("2027-01-01");
});

test("a wall-clock time becomes its instant on days that change clocks too", () => {
  expect(instantOf("2026-11-23", "09:00", SHANGHAI)).toBe("2026-11-23T01:00:00.000Z");
  expect(instantOf("2026-03-29", "01:30", BERLIN)).toBe("2026-03-29T00:30:00.000Z");
  expect(instantOf("2026-03-29", "02:30", BERLIN)).toBe("2026-03-29T01:30:00.000Z"); // skipped
  expect(instantOf("2026-03-29", "09:00", BERLIN)).toBe("2026-03-29T07:00:00.000Z");
  expect(instantOf("2026-10-25", "09:00", BERLIN)).toBe("2026-10-25T08:00:00.000Z");
  expect(instantOf("2026-07-04", "00:00", "America/New_York")).toBe("2026-07-04T04:00:00.000Z");
});

test("what runs over midnight is on both days", () => {
  const night = block("n", "2026-11-23T14:00:00Z", "2026-11-23T18:00:00Z"); // 22:00 to 02:00
  expect(minutesOn("2026-11-23", night, SHANGHAI)).toEqual([1320, 1440]);
  expect(minutesOn("2026-11-24", night, SHANGHAI)).toEqual([0, 120]);
  expect(minutesOn("2026-11-25", night, SHANGHAI)).toBeNull();
});

test("what ends at midnight is not on the next day", () => {
  const late = block("l", "2026-11-23T14:00:00Z", "2026-11-23T16:00:00Z");
  expect(minutesOn("2026-11-24", late, SHANGHAI)).toBeNull();
});

test("what overlaps lies side by side; a lane is used again", () => {
  const { lanes, on } = placed(
    [
      block("c", "2026-11-23T03:00:00Z", "2026-11-23T04:00:00Z"),
      block("a", "2026-11-23T01:00:00Z", "2026-11-23T03:00:00Z"),
      block("b", "2026-11-23T02:00:00Z", "2026-11-23T05:00:00Z"),
      block("elsewhere", "2026-11-25T02:00:00Z", "2026-11-25T05:00:00Z"),
    ],
    "2026-11-23",
    SHANGHAI,
  );
  expect(lanes).toBe(2);
  expect(on.map(({ block: { id }, lane }) => `${id}${lane}`)).toEqual(["a0", "b1", "c0"]);
});

test("hours stretch to what lies outside of the usual day", () => {
  expect(hoursShown([])).toEqual([8, 20]);
  const { on } = placed([block("n", "2026-11-22T22:30:00Z", "2026-11-23T14:10:00Z")], "2026-11-23", SHANGHAI);
  expect(hoursShown(on)).toEqual([6, 23]);
});
