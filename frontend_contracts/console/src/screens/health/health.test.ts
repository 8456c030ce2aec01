import { describe, expect, it } from 'vitest';
import { commandOf, kindsOf, trendOf, type Look } from './findings';

const finding = (kind: string, mends: boolean) =>
  ({ kind, what: 'w', where: 'x', how: 'h', mends }) as Look['findings'][number];

describe('findings', () => {
  it('come by how urgent they are, then by how many there are', () => {
    const look = {
      counts: [
        { kind: 'BACKUP', count: 3 },
        { kind: 'INDEX', count: 9 },
        { kind: 'GRANTS', count: 1 },
        { kind: 'POOL', count: 0 },
      ],
      findings: [finding('BACKUP', false), finding('GRANTS', true)],
    } as Pick<Look, 'counts' | 'findings'>;
    const kinds = kindsOf(look);
    expect(kinds.map(({ kind }) => kind)).toEqual(['GRANTS', 'INDEX', 'BACKUP']);
    expect(kinds.map(({ mends }) => mends)).toEqual([true, false, false]);
  });
  it.each([
    ['manage.py fleet backup alpha', 'manage.py fleet backup alpha'],
    ['see that a worker runs; meanwhile: manage.py fleet pool', 'manage.py fleet pool'],
    ['manage.py fleet backups alpha, and restore the newest', 'manage.py fleet backups alpha'],
    ['REINDEX INDEX CONCURRENTLY "t_1"."i", as the owner', 'REINDEX INDEX CONCURRENTLY "t_1"."i"'],
    ['find out whose rows these are', null],
  ])('%s', (how, command) => expect(commandOf(how)).toBe(command));
});

it.each([
  [null, 'unknown'],
  [0.04, 'even'],
  [0.4, 'up'],
  [-0.4, 'down'],
] as const)('a growth of %s is %s', (growth, trend) => expect(trendOf(growth)).toBe(trend));
