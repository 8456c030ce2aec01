/** How a notice stands, and its times as a field of the operator's local time has them. */

import type { Mood } from '@daiqu/kit';
import { dayOf, instantOf, minutesOf } from '../calendar/layout';

export type Standing = 'NOW' | 'PLANNED' | 'OVER';

export const STANDINGS = ['NOW', 'PLANNED', 'OVER'] as const satisfies readonly Standing[];
export const STANDING_MOODS: Record<Standing, Mood> = { NOW: 'good', PLANNED: 'wait', OVER: 'off' };

interface Shown {
  shownFrom: string;
  shownUntil?: string | null | undefined;
}

export function standingOf({ shownFrom, shownUntil }: Shown, now: number): Standing {
  if (shownUntil && Date.parse(shownUntil) <= now) return 'OVER';
  return Date.parse(shownFrom) > now ? 'PLANNED' : 'NOW';
}

/** `2026-03-02T09:05`, of the operator's zone; empty for none. */
export function localOf(iso: string | null | undefined, zone: string): string {
  if (!iso) return '';
  const minutes = minutesOf(iso, zone);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${dayOf(iso, zone)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The instant of such a local time; null for none. */
export function instantAt(local: string, zone: string): string | null {
  return local ? instantOf(local.slice(0, 10), local.slice(11, 16), zone) : null;
}

/** What is wrong with the times as they were typed. */
export function timesWrong(from: string, until: string, zone: string, now: number): 'untilBefore' | 'untilPast' | null {
  const end = instantAt(until, zone);
  if (!end) return null;
  const start = instantAt(from, zone);
  if (start && Date.parse(end) <= Date.parse(start)) return 'untilBefore';
  return Date.parse(end) <= now ? 'untilPast' : null;
}
