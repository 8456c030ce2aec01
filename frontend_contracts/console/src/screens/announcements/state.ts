/** Whether an announcement is shown now, and instants as they are picked: in UTC, like all of the console's. */

import type { Dayjs } from 'dayjs';

export type NoticeState = 'coming' | 'on' | 'over';

export function stateOf(notice: { startsAt: string; endsAt?: string | null }, now: number): NoticeState {
  if (notice.endsAt && Date.parse(notice.endsAt) <= now) return 'over';
  return Date.parse(notice.startsAt) > now ? 'coming' : 'on';
}

/** What was picked, read as the hour in UTC; null for nothing. */
export function instantOf(picked: Dayjs | null | undefined): string | null {
  return picked ? `${picked.format('YYYY-MM-DDTHH:mm')}:00Z` : null;
}
