import { expect, test } from 'vitest';
import { stateOf, wayIn } from './state';

const NOW = Date.parse('2026-03-02T09:30:00Z');
const LATER = '2026-03-02T10:00:00Z';

test('a visit is under way until it is ended or runs out', () => {
  expect(stateOf({ expiresAt: LATER, endedAt: null }, NOW)).toBe('open');
  expect(stateOf({ expiresAt: LATER, endedAt: '2026-03-02T09:10:00Z' }, NOW)).toBe('ended');
  expect(stateOf({ expiresAt: '2026-03-02T09:30:00Z', endedAt: null }, NOW)).toBe('lapsed');
});

test('one that was ended after its time had run out anyway', () => {
  expect(stateOf({ expiresAt: '2026-03-02T09:00:00Z', endedAt: '2026-03-02T09:00:00Z' }, NOW)).toBe('lapsed');
});

test('the token stands behind the hash, where no server and no log sees it', () => {
  const way = new URL(wayIn('http://qinghe.localhost:8000/panel', 'a/b?c'));
  expect([way.pathname, way.search, way.hash]).toEqual(['/panel/visit', '', '#a%2Fb%3Fc']);
});
