/** Which of the platform's words are still to be read: an incident stands until it is over. */

import type { PlatformWord } from '@daiqu/kit';

const KEY = 'daiqu.panel.read';
const KEPT = 40;

/** Tells one from another: they have no id here. */
export function keyOf({ kind, startsAt, title }: PlatformWord): string {
  return `${kind} ${startsAt} ${title}`;
}

export function mayPutAway({ kind }: PlatformWord): boolean {
  return kind !== 'INCIDENT';
}

/** Keys of those that somebody has put away on this device. */
export function readBefore(): string[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as string[];
  } catch {
    return [];
  }
}

export function putAway(word: PlatformWord): string[] {
  const next = [...readBefore().filter((key) => key !== keyOf(word)), keyOf(word)].slice(-KEPT);
  localStorage.setItem(KEY, JSON.stringify(next));
  return next;
}

/** The first thing to know first: what is wrong, what will be, what is new. */
const ORDER = ['INCIDENT', 'MAINTENANCE', 'NEWS'];

export function shownOf(words: readonly PlatformWord[], read: readonly string[]): PlatformWord[] {
  return words
    .filter((word) => !mayPutAway(word) || !read.includes(keyOf(word)))
    .sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
}
