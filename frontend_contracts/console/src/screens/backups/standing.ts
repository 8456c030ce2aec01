/** How one operator stands with its backups. */

import type { OwnerBackupFragment, OwnerBackupsQuery } from '@daiqu/client';

export type Operator = OwnerBackupsQuery['tenants']['edges'][number]['node'];

export type Standing = 'running' | 'broken' | 'failed' | 'late' | 'none' | 'fine' | 'off';

/** What is to be said of it first. */
export function standingOf({ state, health, backups }: Pick<Operator, 'state' | 'health' | 'backups'>): Standing {
  if (backups.some((each) => each.state === 'RUNNING')) return 'running';
  if (newestOf(backups)?.broken) return 'broken';
  if (health.findings.includes('BACKUP_FAILED')) return 'failed';
  if (health.findings.includes('BACKUP_STALE')) return 'late';
  if (state === 'ARCHIVED' || state === 'ERASED' || state === 'SUSPENDED') return 'off';
  return newestOf(backups) || health.lastBackupAt ? 'fine' : 'none';
}

/** The newest that is whole. */
export function newestOf(backups: readonly OwnerBackupFragment[]): OwnerBackupFragment | undefined {
  return backups.find((each) => each.state === 'DONE');
}

const PATIENCE_MS = 5 * 60_000;

export type Wait = { kind: 'making'; percent: number } | { kind: 'due' | 'waits' | 'long' };

/** Where the making of one is, that is not done: never at 100 per cent before it is. */
export function waitOf(backup: Pick<OwnerBackupFragment, 'share' | 'startedAt'>, now: number): Wait {
  if (backup.share != null) return { kind: 'making', percent: Math.min(99, Math.floor(backup.share * 100)) };
  const since = now - Date.parse(backup.startedAt);
  if (since < 0) return { kind: 'due' };
  return { kind: since > PATIENCE_MS ? 'long' : 'waits' };
}

/** The hour of UTC in the reader's zone: `02:00`. */
export function hourHere(hour: number, time: (iso: string) => string, day: Date): string {
  const at = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), hour));
  return time(at.toISOString());
}
