/** Where a visit is: the server says when it was ended, the clock whether it has run out. */

export type VisitState = 'open' | 'ended' | 'lapsed';

export function stateOf(visit: { expiresAt: string; endedAt?: string | null }, now: number): VisitState {
  if (visit.endedAt && Date.parse(visit.endedAt) < Date.parse(visit.expiresAt)) return 'ended';
  return Date.parse(visit.expiresAt) > now ? 'open' : 'lapsed';
}

/** Where the panel takes the token out of the address: in the fragment, which browsers send to nobody. */
export function wayIn(panel: string, token: string): string {
  return `${panel}/visit#${encodeURIComponent(token)}`;
}
