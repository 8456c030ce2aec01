import { expect, test } from "vitest";
import { hoursOf, hoursSent } from "./hours-input";
import { homesFor, pathOf, treeOf, type Place } from "./tree";

const place = (id: string, kind: Place["kind"], parent: string | null, name = id) =>
  ({ id, kind, name, parent: parent ? { id: parent } : null }) as unknown as Place;

const places = [
  place("room", "ROOM", "floor"),
  place("b10", "BUILDING", "campus", "Building 10"),
  place("b9", "BUILDING", "campus", "Building 9"),
  place("floor", "FLOOR", "b9"),
  place("campus", "CAMPUS", null),
  place("lost", "STATION", "not read yet"),
];

test("the tree sorts by kind, then by name as people count", () => {
  const tops = treeOf(places);
  expect(tops.map(({ place: { id } }) => id)).toEqual(["campus", "lost"]);
  expect(tops[0]?.within.map(({ place: { id } }) => id)).toEqual(["b9", "b10"]);
  expect(tops[0]?.within[0]?.within[0]?.within[0]?.place.id).toBe("room");
});

test("nothing moves into itself or below itself", () => {
  expect(homesFor("BUILDING", places, "b9").map(({ id }) => id)).toEqual(["b10", "campus"]);
  expect(homesFor("ROOM", places, "room").map(({ id }) => id)).toEqual(["b10", "b9", "floor"]);
  expect(homesFor("STATION", places, "campus").map(({ id }) => id)).toEqual([]);
});

test("a path is told from the top", () => {
  expect(pathOf(places[3] as Place, places)).toBe("campus › Building 9 › floor");
});

test("days with the same hours are one line, and none at all is sent as none", () => {
  const spans = [{ opens: "08:00", closes: "20:00" }];
  const hours = hoursOf({ week: [{ weekday: "MONDAY", spans }, { weekday: "FRIDAY", spans }], exceptions: [] });
  expect(hours.week).toEqual([{ weekdays: ["MONDAY", "FRIDAY"], opens: "08:00", closes: "20:00" }]);
  expect(hoursSent(hours)).toEqual({ week: hours.week, exceptions: [] });
  expect(hoursSent(hoursOf(null))).toBeNull();
});
