import { describe, expect, it } from "vitest";
import { countOn, found, moved, shelvesOf, within } from "./shelves";

const shelf = (id: string, position: number) => ({ id, name: id, names: [], position, active: true, servicesCount: 2 });
const shelves = shelvesOf([shelf("a", 0), { ...shelf("b", 0), children: [shelf("b1", 0)] }, shelf("c", 7)]);

describe("categories", () => {
  it("are found with what they lie in", () => {
    expect(found(shelves, "b1")?.parent?.id).toBe("b");
    expect(found(shelves, "nowhere")).toBeNull();
    expect(shelves.flatMap(within)).toEqual(["a", "b", "b1", "c"]);
    expect(countOn(shelves)).toBe(8);
  });

  it("move by giving siblings the places that they have", () => {
    expect(moved(shelves, "c", -1).map(({ shelf: { id }, position }) => [id, position])).toEqual([
      ["c", 1],
      ["b", 2],
    ]);
    expect(moved(shelves, "a", -1)).toEqual([]);
    expect(moved(shelves, "c", 1)).toEqual([]);
  });
});
