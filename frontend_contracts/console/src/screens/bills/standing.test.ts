import { expect, test } from 'vitest';
import { fullestOf, untilOf } from './standing';

const PAID = {
  state: 'ACTIVE',
  cancelsAtPeriodEnd: false,
  periodEndsAt: 'P',
  trialEndsAt: 'T',
  lapsedAt: null,
} as const;

test('what is said first of a subscription', () => {
  expect(untilOf(PAID)).toEqual({ key: 'paidUntil', at: 'P' });
  expect(untilOf({ ...PAID, cancelsAtPeriodEnd: true })).toEqual({ key: 'endsThen', at: 'P' });
  expect(untilOf({ ...PAID, state: 'TRIALING', periodEndsAt: null })).toEqual({ key: 'trialEnds', at: 'T' });
  expect(untilOf({ ...PAID, state: 'UNPAID', lapsedAt: 'L' })).toEqual({ key: 'lapsed', at: 'L' });
  expect(untilOf({ ...PAID, periodEndsAt: null })).toBeNull();
  expect(untilOf(null)).toBeNull();
});

test('the limit that is nearest', () => {
  expect(
    fullestOf([
      { meter: 'ORDERS', used: 10, limit: 100 },
      { meter: 'STAFF', used: 4, limit: 5 },
      { meter: 'TURNOVER', used: 10_000, limit: null },
    ]),
  ).toEqual({ meter: 'STAFF', share: 0.8 });
  expect(fullestOf([{ meter: 'STAFF', used: 1, limit: 0 }])).toEqual({ meter: 'STAFF', share: 1 });
  expect(fullestOf([{ meter: 'ORDERS', used: 10, limit: null }])).toBeNull();
});
