/** What an entry of an audit log is about, as lines in words. */

import type { Both, Language } from './i18n';

type Plain = string | number | boolean | null;

export interface Detail {
  /** The names that lead to it, and its places in lists; the last is its own. */
  readonly path: readonly string[];
  readonly value: Plain | readonly Plain[];
  /** What it was before, where the entry says both. */
  readonly before?: Plain;
}

/** Every value of `data`, however deep. `before` and `after` beside each other are one. */
export function detailsOf(data: unknown): Detail[] {
  const found = within(data, []);
  const was = found.find(({ path }) => path.join() === 'before');
  if (!was || isMany(was.value) || !found.some(({ path }) => path.join() === 'after')) return found;
  const { value } = was;
  return found
    .filter((each) => each !== was)
    .map((each) => (each.path.join() === 'after' ? { ...each, before: value } : each));
}

function within(data: unknown, path: readonly string[]): Detail[] {
  if (Array.isArray(data) && data.every((each) => !isObject(each))) return path.length ? [{ path, value: data as Plain[] }] : [];
  if (isObject(data)) {
    return Object.entries(data).flatMap(([name, value]) => {
      const place = Array.isArray(data) ? String(Number(name) + 1) : name;
      return within(value, [...path, place]);
    });
  }
  return path.length ? [{ path, value: (data ?? null) as Plain }] : [];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isMany = (value: Detail['value']): value is readonly Plain[] => Array.isArray(value);

/** The name by which words are looked up: `staff_member_id`, `staffMemberIds` are `staffMember`. */
export function wordOf(name: string): string {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return camel.replace(/Ids?$/, '');
}

/** What the line is called; a name without words stays as it is written. */
export function detailName({ path }: Detail, words: Readonly<Record<string, Both>>, language: Language): string {
  return path.map((part) => words[wordOf(part)]?.[language] ?? part).join(' · ');
}

/** Its value: each of several by `tell`, and what it was before. */
export function detailValue({ path, value, before }: Detail, tell: (value: Plain, name: string) => string): string {
  const name = wordOf(path.at(-1) ?? '');
  const said = isMany(value) ? value.map((each) => tell(each, name)).join(', ') || '—' : tell(value, name);
  return before === undefined ? said : `${tell(before, name)} → ${said}`;
}

/** A value as it is; ids of the API without the name of their type, for which the line has a word. */
export function plainValue(value: Plain, words: { yes: string; no: string }): string {
  if (value === null || value === '') return '—';
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  return String(value).replace(/^[A-Z]\w*:(?=[0-9a-f-]{36}$)/, '');
}
