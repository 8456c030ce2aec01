/** The tree of categories: looked through, and put in order. */

import type { OperatorShelfCountedFragment } from "@daiqu/client";

type Own = Pick<OperatorShelfCountedFragment, "id" | "name" | "names" | "position" | "active" | "servicesCount">;

export interface Shelf extends Own {
  children: Shelf[];
}

interface Told extends Own {
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

/** How many services lie on some shelves and on all below them. */
export const countOn = (shelves: readonly Shelf[]): number =>
  shelves.reduce((sum, shelf) => sum + shelf.servicesCount + countOn(shelf.children), 0);

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
