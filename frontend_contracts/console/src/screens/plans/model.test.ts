import type { OwnerPlanFragment } from '@daiqu/client';
import { expect, test } from 'vitest';
import { countsOf, inputOf, valuesOf } from './model';

const PLAN = {
  key: 'growth',
  names: [{ language: 'en', text: 'Growth', __typename: 'Text' }],
  summaries: [{ language: 'en', text: 'For some' }],
  price: { amount: 29900, currency: 'CNY', formatted: '' },
  trialDays: 14,
  limits: [
    { meter: 'ORDERS', limit: 3000 },
    { meter: 'STORAGE', limit: 20_000_000_000 },
  ],
  features: ['EXPORT'],
  rate: 20,
  position: 1,
  offered: true,
} as unknown as OwnerPlanFragment;

test('a plan goes through its form unchanged', () => {
  const values = valuesOf(PLAN);
  expect([values.price, values.limits.STORAGE, values.limits.STAFF]).toEqual([299, 20, null]);
  const input = inputOf(values);
  expect(input).toMatchObject({ key: 'growth', price: 29900, currency: 'CNY', rate: 20, features: ['EXPORT'] });
  expect(input.name).toEqual([{ language: 'en', text: 'Growth' }]);
  expect(input.limits).toEqual([
    { meter: 'ORDERS', limit: 3000 },
    { meter: 'STORAGE', limit: 20_000_000_000 },
  ]);
});

test('money has the digits of its currency, never a fraction of the least', () => {
  expect(inputOf({ ...valuesOf(PLAN), price: 0.29 }).price).toBe(29);
  expect(inputOf({ ...valuesOf(PLAN), currency: 'JPY', price: 500 }).price).toBe(500);
});

test('nothing is a limit, too', () => {
  const values = valuesOf(PLAN);
  expect(inputOf({ ...values, limits: { ...values.limits, COURIERS: 0 } }).limits).toContainEqual({
    meter: 'COURIERS',
    limit: 0,
  });
});

test('operators are counted, erased ones not', () => {
  const inUse = [
    {
      plan: 'growth',
      tenants: [
        { state: 'PAST_DUE', count: 2 },
        { state: 'ACTIVE', count: 3 },
        { state: 'ERASED', count: 9 },
      ],
    },
  ];
  expect(countsOf(inUse, 'growth')).toEqual({ on: 5, owing: 2 });
  expect(countsOf(inUse, 'other')).toEqual({ on: 0, owing: 0 });
});
