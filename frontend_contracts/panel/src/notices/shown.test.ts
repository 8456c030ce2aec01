import { beforeEach, expect, test } from 'vitest';
import { putAway, readBefore, shownOf } from './shown';

const word = (kind: 'NEWS' | 'MAINTENANCE' | 'INCIDENT', title: string) =>
  ({ kind, title, body: '', startsAt: '2026-03-02T09:00:00Z', endsAt: null });
const NEWS = word('NEWS', 'Reports');
const WORK = word('MAINTENANCE', 'Tonight');
const WRONG = word('INCIDENT', 'Payments');

beforeEach(() => localStorage.clear());

test('what is wrong stands first', () => {
  expect(shownOf([NEWS, WORK, WRONG], [])).toEqual([WRONG, WORK, NEWS]);
});

test('what was read stays away, but for what is wrong', () => {
  putAway(NEWS);
  putAway(WRONG);
  expect(shownOf([NEWS, WORK, WRONG], readBefore())).toEqual([WRONG, WORK]);
});

test('only the last ones are kept', () => {
  for (let n = 0; n < 50; n += 1) putAway(word('NEWS', String(n)));
  expect(readBefore()).toHaveLength(40);
  expect(readBefore().at(-1)).toContain('49');
});

test('a broken note is none', () => {
  localStorage.setItem('daiqu.panel.read', '{');
  expect(readBefore()).toEqual([]);
});
