/** Seconds and shares for people. */

export type Span = { key: 'seconds' | 'minutes' | 'hours'; count: number };

/** The largest unit of which there are two at least, or seconds: `90 s`, `2 min`, `3 h`. */
export function spanOf(seconds: number): Span {
  if (seconds < 120) return { key: 'seconds', count: Math.max(1, Math.round(seconds)) };
  if (seconds < 7200) return { key: 'minutes', count: Math.round(seconds / 60) };
  return { key: 'hours', count: Math.round(seconds / 3600) };
}

/** Seconds until a run is done, if it goes on as it did; null while that cannot be said. */
export function leftOf(run: { total: number; done: number; pace?: number | null }): number | null {
  return run.pace && run.total > run.done ? (run.total - run.done) / run.pace : null;
}

/** Whole per cent of `total`; one that has nothing to do is done. Never 100 before it is. */
export function percentOf(done: number, total: number): number {
  if (total <= 0 || done >= total) return 100;
  return Math.min(99, Math.floor((done / total) * 100));
}
