import { expect, test } from "vitest";
import { factsOf, partsOf, rowIdOf } from "./action";

test("a mutation is a thing and a deed", () => {
  expect(partsOf("zoneSave")).toEqual({ thing: "zone", deed: "Save" });
  expect(partsOf("courierHoursSet")).toEqual({ thing: "courierHours", deed: "Set" });
  expect(partsOf("zonesImport")).toEqual({ thing: "zones", deed: "Import" });
});

test("a fact is too", () => {
  expect(partsOf("impersonation.started")).toEqual({ thing: "impersonation", deed: "Started" });
  expect(partsOf("api_key.made")).toEqual({ thing: "apiKey", deed: "Made" });
});

test("what has no parts stays as it is", () => {
  expect(partsOf("switch")).toEqual({ thing: "switch", deed: "" });
});

test("people are told by their row, whatever the type of their id", () => {
  expect(rowIdOf(btoa("Person:7"))).toBe(rowIdOf(btoa("StaffMember:7")));
  expect(rowIdOf("no base64!")).toBe("no base64!");
});

test("what an entry is about is told line by line", () => {
  expect(factsOf({ order_id: "a", orderNumber: 3, spans: [1], note: null })).toEqual([
    ["order id", "a"],
    ["order number", "3"],
    ["spans", "[1]"],
    ["note", "—"],
  ]);
  expect(factsOf(null)).toEqual([]);
});
