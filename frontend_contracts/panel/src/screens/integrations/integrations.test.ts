import { expect, test } from 'vitest';
import { stateOf } from './keys';

const NOW = Date.parse('2026-03-02T09:00:00Z');

test('how a key stands', () => {
  expect(stateOf({ expiresAt: '2027-03-02T09:00:00Z' }, NOW)).toBe('good');
  expect(stateOf({ expiresAt: '2026-03-10T09:00:00Z' }, NOW)).toBe('soon');
  expect(stateOf({ expiresAt: '2026-03-02T09:00:00Z' }, NOW)).toBe('ended');
});

test('what was revoked is revoked, ended or not', () => {
  const revokedAt = '2026-02-01T00:00:00Z';
  expect(stateOf({ expiresAt: '2027-03-02T09:00:00Z', revokedAt }, NOW)).toBe('revoked');
  expect(stateOf({ expiresAt: '2026-02-02T09:00:00Z', revokedAt }, NOW)).toBe('revoked');
});
