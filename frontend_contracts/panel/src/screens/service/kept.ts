/** What was typed and not saved, kept for this tab: a reload, another language or a crash loses nothing. */

import type { Draft } from "./model";

export interface Kept {
  draft: Draft;
  base: Draft;
  revision: number | null;
}

const key = (id: string | null) => `daiqu.service.${id ?? "new"}`;

export function keptRead(id: string | null): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(key(id)) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

export function keptWrite(id: string | null, kept: Kept | null): void {
  try {
    if (kept) sessionStorage.setItem(key(id), JSON.stringify(kept));
    else sessionStorage.removeItem(key(id));
  } catch {
    // A full or forbidden storage only takes the comfort away.
  }
}
