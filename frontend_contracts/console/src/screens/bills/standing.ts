/** What of a subscription is said first, and the limit that is nearest. */

import type { BillingState } from '@daiqu/client';

interface Subscription {
  state: BillingState;
  trialEndsAt?: string | null;
  periodEndsAt?: string | null;
  cancelsAtPeriodEnd: boolean;
  lapsedAt?: string | null;
}

export type Until = { key: 'trialEnds' | 'paidUntil' | 'endsThen' | 'lapsed'; at: string };

/** The instant that counts for it; null where none does: what is free, or given by hand, has no end. */
export function untilOf(subscription: Subscription | null | undefined): Until | null {
  if (!subscription) return null;
  const { state, trialEndsAt, periodEndsAt, cancelsAtPeriodEnd, lapsedAt } = subscription;
  if (lapsedAt) return { key: 'lapsed', at: lapsedAt };
  if (state === 'TRIALING') return trialEndsAt ? { key: 'trialEnds', at: trialEndsAt } : null;
  if (!periodEndsAt) return null;
  return { key: cancelsAtPeriodEnd ? 'endsThen' : 'paidUntil', at: periodEndsAt };
}

interface Use<M extends string> {
  meter: M;
  used: number;
  limit?: number | null;
}

/** The meter that is used most of what it may be, with its share; null for no limits at all. */
export function fullestOf<M extends string>(usage: readonly Use<M>[]): { meter: M; share: number } | null {
  const shares = usage.flatMap(({ meter, used, limit }) =>
    limit == null ? [] : [{ meter, share: limit === 0 ? (used > 0 ? 1 : 0) : used / limit }],
  );
  return shares.reduce<(typeof shares)[number] | null>(
    (most, each) => (most === null || each.share > most.share ? each : most),
    null,
  );
}
