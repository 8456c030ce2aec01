/** What differs between two versions of a template, leaf by leaf. */

export interface Difference {
  path: string;
  kind: 'added' | 'removed' | 'changed';
  before?: unknown;
  after?: unknown;
}

type Branch = Record<string, unknown>;
const isBranch = (value: unknown): value is Branch => value !== null && typeof value === 'object';

/** `path` is as the API writes it: `catalog.categories.0.name.en`; empty for the whole. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (Object.is(before, after)) return [];
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => {
      const at = path ? `${path}.${key}` : key;
      if (!(key in before)) return [{ path: at, kind: 'added' as const, after: after[key] }];
      if (!(key in after)) return [{ path: at, kind: 'removed' as const, before: before[key] }];
      return differences(before[key], after[key], at);
    });
  }
  return [{ path, kind: 'changed', before, after }];
}

/** A value in a line, cut where it is long. */
export function lineOf(value: unknown, most = 160): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
