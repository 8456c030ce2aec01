import { expect, test } from 'vitest';
import { instantAt, localOf, standingOf, timesWrong } from './standing';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const ZONE = 'Asia/Shanghai';

test('how a notice stands', () => {
  expect(standingOf({ shownFrom: '2026-03-02T09:00:00Z' }, NOW)).toBe('NOW');
  expect(standingOf({ shownFrom: '2026-03-02T09:01:00Z', shownUntil: null }, NOW)).toBe('PLANNED');
  expect(standingOf({ shownFrom: '2026-03-01T09:00:00Z', shownUntil: '2026-03-02T09:00:00Z' }, NOW)).toBe('OVER');
});

test('times are the operator’s local ones, there and back', () => {
  expect(localOf('2026-03-02T16:30:00Z', ZONE)).toBe('2026-03-03T00:30');
  expect(Date.parse(instantAt('2026-03-03T00:30', ZONE) ?? '')).toBe(Date.parse('2026-03-02T16:30:00Z'));
  expect(localOf(null, ZONE)).toBe('');
  expect(instantAt('', ZONE)).toBeNull();
});

test('an end before its beginning, or in the past, is told', () => {
  expect(timesWrong('2026-03-05T10:00', '2026-03-05T10:00', ZONE, NOW)).toBe('untilBefore');
  expect(timesWrong('', '2026-03-02T16:00', ZONE, NOW)).toBe('untilPast');
  expect(timesWrong('', '2026-03-02T18:00', ZONE, NOW)).toBeNull();
  expect(timesWrong('2026-03-05T10:00', '', ZONE, NOW)).toBeNull();
});
