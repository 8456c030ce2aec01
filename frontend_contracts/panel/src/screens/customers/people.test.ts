import { expect, test } from "vitest";
import { customersOf } from "./people";

const order = (id: string, customerId: string | null, placedAt: string) => ({ id, number: id, customerId, placedAt });

test("orders are told by customer, who ordered last first; erased ones are left out", () => {
  const found = customersOf(
    [order("3", "a", "2026-11-22T10:00:00Z"), order("2", "b", "2026-11-22T09:00:00Z"), order("1", "a", "2026-11-21T09:00:00Z"), order("0", null, "2026-11-20T09:00:00Z")],
    [{ customerId: "c", level: "gold" }, { customerId: "b", level: "silver" }],
  );
  expect(found.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(found.map(({ orders }) => orders.length)).toEqual([2, 1, 0]);
  expect(found[1]?.membership?.level).toBe("silver");
});
