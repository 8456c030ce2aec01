/** The tree of categories: looked through, and put in order. */

import type { OperatorShelfFragment } from "@daiqu/client";

export interface Shelf extends Pick<OperatorShelfFragment, "id" | "name" | "names" | "position" | "active"> {
  children: Shelf[];
}

interface Told extends Pick<OperatorShelfFragment, "id" | "name" | "names" | "position" | "active"> {
  children?: readonly Told[];
}

export const shelvesOf = (told: readonly Told[]): Shelf[] =>
  told.map((shelf) => ({ ...shelf, children: shelvesOf(shelf.children ?? []) }));

/** The shelf of that id, with its siblings and what it lies in. */
export function found(
  shelves: readonly Shelf[],
  id: string,
  parent: Shelf | null = null,
): { shelf: Shelf; siblings: readonly Shelf[]; parent: Shelf | null } | null {
  for (const shelf of shelves) {
    if (shelf.id === id) return { shelf, siblings: shelves, parent };
    const below = found(shelf.children, id, shelf);
    if (below) return below;
  }
  return null;
}

/** The ids of a shelf and of all below it. */
export const within = (shelf: Shelf): string[] => [shelf.id, ...shelf.children.flatMap(within)];

/** The siblings whose position changes when one goes `by` places on, with the new ones. */
export function moved(siblings: readonly Shelf[], id: string, by: -1 | 1): { shelf: Shelf; position: number }[] {
  const from = siblings.findIndex((shelf) => shelf.id === id);
  const to = from + by;
  const shelf = siblings[from];
  if (!shelf || to < 0 || to >= siblings.length) return [];
  return siblings
    .toSpliced(from, 1)
    .toSpliced(to, 0, shelf)
    .map((each, position) => ({ shelf: each, position }))
    .filter(({ shelf: each, position }) => each.position !== position);
}
