/** How the operator stands with the platform, and what can be done about it. */

import type { BillingState, Meter } from '@daiqu/client';
import type { Mood } from '@daiqu/kit';

export const MOODS: Record<BillingState, Mood> = {
  TRIALING: 'run',
  ACTIVE: 'good',
  PAST_DUE: 'bad',
  UNPAID: 'bad',
  CANCELED: 'bad',
};

interface Billing {
  plan: { price: { amount: number } };
  state: BillingState;
  trialEndsAt?: string | null | undefined;
  periodEndsAt?: string | null | undefined;
  cancelsAtPeriodEnd: boolean;
  canPay: boolean;
}

/** What a plan's button does: nothing here, begin, change, or nothing before a bill is paid. */
export type Way = 'none' | 'subscribe' | 'change' | 'pay';

export function wayOf({ state, periodEndsAt, canPay }: Billing): Way {
  if (!canPay) return 'none';
  if (state === 'PAST_DUE' || state === 'UNPAID') return 'pay';
  if (state === 'CANCELED' || !periodEndsAt) return 'subscribe';
  return 'change';
}

export type Says =
  | 'trial'
  | 'trialOver'
  | 'trialThen'
  | 'renews'
  | 'ends'
  | 'free'
  | 'byHand'
  | 'PAST_DUE'
  | 'UNPAID'
  | 'CANCELED';

/** Which sentence says it, and which day is in it. */
export function saysOf(billing: Billing, now: number): { says: Says; day: string | null } {
  const { state, trialEndsAt = null, periodEndsAt = null, cancelsAtPeriodEnd, plan } = billing;
  if (state === 'TRIALING') {
    if (cancelsAtPeriodEnd && periodEndsAt) return { says: 'ends', day: periodEndsAt };
    if (periodEndsAt) return { says: 'trialThen', day: trialEndsAt ?? periodEndsAt };
    return { says: trialEndsAt && Date.parse(trialEndsAt) <= now ? 'trialOver' : 'trial', day: trialEndsAt };
  }
  if (state !== 'ACTIVE') return { says: state, day: null };
  if (periodEndsAt) return { says: cancelsAtPeriodEnd ? 'ends' : 'renews', day: periodEndsAt };
  return { says: plan.price.amount === 0 ? 'free' : 'byHand', day: null };
}

/** The share of a limit that is used, 0 to 100; null without one. */
export function shareOf(used: number, limit: number | null | undefined): number | null {
  if (limit == null) return null;
  return limit > 0 ? Math.min(100, (used / limit) * 100) : 100;
}

/** In the order in which a page shows them. */
export const METERS: readonly Meter[] = ['ORDERS', 'TURNOVER', 'COURIERS', 'STAFF', 'STORAGE', 'API_CALLS'];
