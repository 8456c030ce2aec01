/** A plan as its form has it, and as the API takes it. */

import type { Meter, OwnerPlanFragment, PlanEditInput, PlanFeature } from '@daiqu/client';
import { minorDigits, type BootText } from '@daiqu/kit';

export const METERS = ['COURIERS', 'STAFF', 'ORDERS', 'API_CALLS', 'STORAGE'] as const satisfies readonly Meter[];
export type Limited = (typeof METERS)[number];
export const FEATURES = ['CUSTOM_DOMAIN', 'EXPORT', 'SANDBOX'] as const satisfies readonly PlanFeature[];

const GB = 1_000_000_000;

export interface PlanValues {
  key: string;
  name: BootText[];
  summary: BootText[];
  /** In whole units of the currency, as people write it. */
  price: number;
  currency: string;
  trialDays: number;
  /** Storage in gigabytes, everything else counted; null for no limit. */
  limits: Record<Limited, number | null>;
  features: PlanFeature[];
  rate: number | null;
  position: number;
  offered: boolean;
}

export function valuesOf(plan: OwnerPlanFragment | null): PlanValues {
  const limit = (meter: Limited) => {
    const found = plan?.limits.find((each) => each.meter === meter)?.limit;
    return found == null ? null : meter === 'STORAGE' ? found / GB : found;
  };
  return {
    key: plan?.key ?? '',
    name: plan ? textsOf(plan.names) : [],
    summary: plan ? textsOf(plan.summaries) : [],
    price: plan ? plan.price.amount / 10 ** minorDigits(plan.price.currency) : 0,
    currency: plan?.price.currency ?? 'CNY',
    trialDays: plan?.trialDays ?? 14,
    limits: Object.fromEntries(METERS.map((meter) => [meter, limit(meter)])) as PlanValues['limits'],
    features: [...(plan?.features ?? [])],
    rate: plan?.rate ?? null,
    position: plan?.position ?? 0,
    offered: plan?.offered ?? true,
  };
}

export function inputOf({ price, limits, ...values }: PlanValues): PlanEditInput {
  return {
    ...values,
    price: Math.round(price * 10 ** minorDigits(values.currency)),
    limits: METERS.flatMap((meter) => {
      const limit = limits[meter];
      return limit == null ? [] : [{ meter, limit: meter === 'STORAGE' ? Math.round(limit * GB) : limit }];
    }),
  };
}

/** Without what a cache adds. */
const textsOf = (texts: readonly BootText[]): BootText[] => texts.map(({ language, text }) => ({ language, text }));

/** How many operators are on the plan of `key`, and how many of them owe. Erased ones are none. */
export function countsOf(
  inUse: readonly { plan: string; tenants: readonly { state: string; count: number }[] }[],
  key: string,
): { on: number; owing: number } {
  const states = inUse.find((each) => each.plan === key)?.tenants ?? [];
  const sum = (fits: (state: string) => boolean) =>
    states.filter(({ state }) => fits(state)).reduce((total, { count }) => total + count, 0);
  return { on: sum((state) => state !== 'ERASED'), owing: sum((state) => state === 'PAST_DUE') };
}
