import dayjs from 'dayjs';
import { expect, test } from 'vitest';
import { instantOf, stateOf } from './state';

const NOW = Date.parse('2026-03-02T09:30:00Z');

test('an announcement comes, is on, is over', () => {
  expect(stateOf({ startsAt: '2026-03-02T10:00:00Z', endsAt: null }, NOW)).toBe('coming');
  expect(stateOf({ startsAt: '2026-03-02T09:30:00Z', endsAt: null }, NOW)).toBe('on');
  expect(stateOf({ startsAt: '2026-03-02T09:00:00Z', endsAt: '2026-03-02T09:30:00Z' }, NOW)).toBe('over');
});

test('one that was ended before it began is over', () => {
  expect(stateOf({ startsAt: '2026-03-02T10:00:00Z', endsAt: '2026-03-02T09:00:00Z' }, NOW)).toBe('over');
});

test('what is picked is the hour in UTC, wherever the browser is', () => {
  expect(instantOf(dayjs('2026-03-02 21:05'))).toBe('2026-03-02T21:05:00Z');
  expect(instantOf(null)).toBeNull();
});
