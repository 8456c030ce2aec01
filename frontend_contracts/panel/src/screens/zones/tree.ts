/** The tree of places out of what has been read of it so far. */

import type { OperatorPlaceFragment, PlaceKind } from "@daiqu/client";
import { LIES_IN } from "./texts";

export type Place = OperatorPlaceFragment;

export interface Branch {
  place: Place;
  within: Branch[];
}

const ORDER: readonly PlaceKind[] = ["CAMPUS", "BUILDING", "GATE", "STATION", "FLOOR", "ROOM"];

/** The tree's tops: what lies in nothing, or in something that is not known (yet). */
export function treeOf(places: readonly Place[]): Branch[] {
  const branches = new Map(places.map((place) => [place.id, { place, within: [] as Branch[] }]));
  const tops: Branch[] = [];
  for (const branch of branches.values()) {
    const above = branch.place.parent && branches.get(branch.place.parent.id);
    (above ? above.within : tops).push(branch);
  }
  const sort = (list: Branch[]) => {
    list.sort(
      (one, other) =>
        ORDER.indexOf(one.place.kind) - ORDER.indexOf(other.place.kind) ||
        one.place.name.localeCompare(other.place.name, undefined, { numeric: true }),
    );
    for (const branch of list) sort(branch.within);
  };
  sort(tops);
  return tops;
}

/** Where a place of `kind` may lie: never in itself or in what lies in it. */
export function homesFor(kind: PlaceKind, places: readonly Place[], own: string | null): Place[] {
  const above = new Map(places.map((place) => [place.id, place.parent?.id]));
  const isUnder = (id: string | undefined): boolean =>
    id !== undefined && own !== null && (id === own || isUnder(above.get(id) ?? undefined));
  return places.filter((place) => LIES_IN[kind].includes(place.kind) && !isUnder(place.id));
}

/** `Main campus › Building 3`, from the top. */
export function pathOf(place: Place, places: readonly Place[]): string {
  const known = new Map(places.map((each) => [each.id, each]));
  const names: string[] = [];
  for (let at: Place | undefined = place; at; at = at.parent ? known.get(at.parent.id) : undefined) names.unshift(at.name);
  return names.join(" › ");
}
