import type { OwnerBackupFragment } from '@daiqu/client';
import { describe, expect, it } from 'vitest';
import { hourHere, newestOf, standingOf, waitOf, type Operator } from './standing';

const backup = (what: Partial<OwnerBackupFragment>) =>
  ({ state: 'DONE', broken: '', share: 1, startedAt: '2026-03-02T09:00:00Z', ...what }) as OwnerBackupFragment;

const operator = (findings: Operator['health']['findings'], backups: OwnerBackupFragment[], state = 'ACTIVE') =>
  ({ state, health: { lastBackupAt: null, findings }, backups }) as unknown as Operator;

describe('an operator', () => {
  it('shows what matters most first', () => {
    const failed = backup({ state: 'FAILED' });
    expect(standingOf(operator([], [backup({})]))).toBe('fine');
    expect(standingOf(operator([], []))).toBe('none');
    expect(standingOf(operator(['BACKUP_STALE'], []))).toBe('late');
    expect(standingOf(operator(['BACKUP_STALE', 'BACKUP_FAILED'], [failed]))).toBe('failed');
    expect(standingOf(operator(['BACKUP_FAILED'], [failed, backup({ broken: 'x' })]))).toBe('broken');
    expect(standingOf(operator(['BACKUP_FAILED'], [backup({ state: 'RUNNING' }), failed]))).toBe('running');
    expect(standingOf(operator([], [], 'ARCHIVED'))).toBe('off');
  });
  it('is restored from the newest that is whole', () => {
    const [failed, whole, older] = [backup({ state: 'FAILED' }), backup({ id: 'a' }), backup({ id: 'b' })];
    expect(newestOf([failed, whole, older])).toBe(whole);
    expect(newestOf([failed])).toBeUndefined();
  });
});

describe('one under way', () => {
  const started = Date.parse('2026-03-02T09:00:00Z');
  it.each([
    [0.999, started, { kind: 'making', percent: 99 }],
    [0, started, { kind: 'making', percent: 0 }],
    [null, started - 1, { kind: 'due' }],
    [null, started + 1_000, { kind: 'waits' }],
    [null, started + 600_000, { kind: 'long' }],
  ] as const)('share %s', (share, now, expected) => {
    expect(waitOf({ share, startedAt: '2026-03-02T09:00:00Z' }, now)).toEqual(expected);
  });
});

it('shows the hour of the night where the reader is', () => {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'short' });
  const here = (iso: string) => clock.format(new Date(iso));
  expect(hourHere(18, here, new Date('2026-03-02T09:00:00Z'))).toBe('02:00');
});
