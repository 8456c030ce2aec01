import { expect, test } from 'vitest';
import { saysOf, shareOf, wayOf } from './standing';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const LATER = '2026-03-20T09:00:00Z';
const billing = (more: object) => ({
  plan: { price: { amount: 9900 } },
  state: 'ACTIVE' as const,
  trialEndsAt: null,
  periodEndsAt: null,
  cancelsAtPeriodEnd: false,
  canPay: true,
  ...more,
});

test('what can be done about a plan', () => {
  expect(wayOf(billing({ canPay: false }))).toBe('none');
  expect(wayOf(billing({ state: 'TRIALING' }))).toBe('subscribe');
  expect(wayOf(billing({ periodEndsAt: LATER }))).toBe('change');
  expect(wayOf(billing({ state: 'PAST_DUE', periodEndsAt: LATER }))).toBe('pay');
  expect(wayOf(billing({ state: 'CANCELED', periodEndsAt: LATER }))).toBe('subscribe');
});

test('which sentence says how it stands', () => {
  const trial = { state: 'TRIALING', trialEndsAt: LATER };
  expect(saysOf(billing(trial), NOW)).toEqual({ says: 'trial', day: LATER });
  expect(saysOf(billing({ ...trial, trialEndsAt: '2026-03-01T09:00:00Z' }), NOW).says).toBe('trialOver');
  expect(saysOf(billing({ ...trial, periodEndsAt: LATER }), NOW).says).toBe('trialThen');
  expect(saysOf(billing({ periodEndsAt: LATER }), NOW)).toEqual({ says: 'renews', day: LATER });
  expect(saysOf(billing({ periodEndsAt: LATER, cancelsAtPeriodEnd: true }), NOW).says).toBe('ends');
  expect(saysOf(billing({ plan: { price: { amount: 0 } } }), NOW).says).toBe('free');
  expect(saysOf(billing({}), NOW).says).toBe('byHand');
  expect(saysOf(billing({ state: 'UNPAID', periodEndsAt: LATER }), NOW)).toEqual({ says: 'UNPAID', day: null });
});

test('shares', () => {
  expect(shareOf(5, null)).toBeNull();
  expect(shareOf(8, 10)).toBe(80);
  expect(shareOf(12, 10)).toBe(100);
  expect(shareOf(0, 0)).toBe(100);
});
