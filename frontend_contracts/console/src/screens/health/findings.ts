/** Findings of the doctor by kind, as people work them off. */

import type { FleetFindingKind, OwnerFleetHealthQuery } from '@daiqu/client';

export type Look = NonNullable<OwnerFleetHealthQuery['fleetHealth']['look']>;
type Finding = Look['findings'][number];

export interface Kind {
  kind: FleetFindingKind;
  count: number;
  findings: Finding[];
  /** Whether `fleet doctor --mend` does it, for all that are known by name. */
  mends: boolean;
}

/** Those that stop people first, then by how many there are. */
const URGENT: readonly FleetFindingKind[] = ['SERVER', 'ABSENT', 'GRANTS', 'MOVE'];

export function kindsOf(look: Pick<Look, 'counts' | 'findings'>): Kind[] {
  const rank = (kind: FleetFindingKind) => (URGENT.includes(kind) ? URGENT.indexOf(kind) : URGENT.length);
  return look.counts
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => {
      const findings = look.findings.filter((each) => each.kind === kind);
      return { kind, count, findings, mends: findings.length > 0 && findings.every((each) => each.mends) };
    })
    .sort((one, other) => rank(one.kind) - rank(other.kind) || other.count - one.count);
}

/** The command in a finding's advice, where it has one: all from `manage.py` on. */
export function commandOf(how: string): string | null {
  return /(manage\.py [^,;]+|REINDEX INDEX CONCURRENTLY "[^"]+"\."[^"]+")/.exec(how)?.[1]?.trim() ?? null;
}

export type Trend = 'up' | 'down' | 'even' | 'unknown';

/** Five per cent either way are no trend. */
export function trendOf(growth: number | null | undefined): Trend {
  if (growth == null) return 'unknown';
  if (Math.abs(growth) < 0.05) return 'even';
  return growth > 0 ? 'up' : 'down';
}
