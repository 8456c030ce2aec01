/** Things in an order of their own, what a case lacks before customers may see it, and words kept. */

import type { BootText } from '@daiqu/kit';

/** `ids` with the one at `index` moved by `by` places; as they were where there is no such place. */
export function moved(ids: readonly string[], index: number, by: number): string[] {
  const id = ids[index];
  const to = index + by;
  if (id === undefined || to < 0 || to >= ids.length) return [...ids];
  return ids.toSpliced(index, 1).toSpliced(to, 0, id);
}

interface Told {
  pictures: readonly unknown[];
  consentAt?: string | null | undefined;
}

export function lackOf({ pictures, consentAt }: Told): 'both' | 'consent' | 'picture' | null {
  if (!consentAt) return pictures.length ? 'consent' : 'both';
  return pictures.length ? null : 'picture';
}

/** Whether a text that may be left out is: nothing at all, or the operator's own language as well. */
export function ownOrNone(words: readonly BootText[], language: string): boolean {
  const written = words.filter(({ text }) => text.trim());
  return written.length === 0 || written.some((each) => each.language === language);
}

export const BYTES = 10_000_000;
export const PICTURES = ['image/jpeg', 'image/png', 'image/webp'];
export const VIDEO = 'video/mp4';
