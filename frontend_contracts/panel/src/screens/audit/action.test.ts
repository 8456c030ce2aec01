import { expect, test } from "vitest";
import { partsOf } from "./action";

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
