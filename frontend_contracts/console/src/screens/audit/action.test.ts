import { expect, test } from 'vitest';
import { actionsOf, sentenceOf, spanOf } from './action';

test('an action tells by its data which way it went', () => {
  expect(sentenceOf('flagOverride', { on: true })).toBe('flagOverrideOn');
  expect(sentenceOf('flagOverride', { on: null })).toBe('flagOverrideLeave');
  expect(sentenceOf('domainRedirect', { on: false })).toBe('domainRedirectOff');
  expect(sentenceOf('tenantSuspend', {})).toBe('tenantSuspend');
});

test('kinds of the filter become actions, and what is none becomes nothing', () => {
  expect(actionsOf(undefined)).toBeNull();
  expect(actionsOf('flags,billing')).toEqual(['flagSet', 'flagOverride', 'billingReplay']);
  expect(actionsOf('nonsense')).toEqual([]);
});

test('days are whole, the last one too', () => {
  expect(spanOf('2026-02-28..2026-02-28')).toEqual({
    since: '2026-02-28T00:00:00.000Z',
    until: '2026-03-01T00:00:00.000Z',
  });
  expect(spanOf(undefined)).toEqual({ since: null, until: null });
  expect(spanOf('x..2026-03-01')).toEqual({ since: null, until: '2026-03-02T00:00:00.000Z' });
});
