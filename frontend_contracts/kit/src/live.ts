/** How the live connection is, for the frame to say. */

import type { LiveState } from '@daiqu/client';
import { startTransition, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let state: LiveState = 'idle';

export function liveSet(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener();
}

export function useLive(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** So long events are gathered: a burst of them makes one new picture. */
const GATHER_MS = 200;

/**
 * What events bring, by id; of one thing the newest. It is shown together, and behind whatever
 * somebody is doing: a table goes on scrolling while orders pour in.
 */
export function useHeard<Row extends { id: string }>(): [ReadonlyMap<string, Row>, (row: Row) => void] {
  const [heard, setHeard] = useState<ReadonlyMap<string, Row>>(new Map());
  const waiting = useRef(new Map<string, Row>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const hear = useCallback((row: Row) => {
    if (waiting.current.size === 0) {
      timer.current = setTimeout(() => {
        const brought = waiting.current;
        waiting.current = new Map();
        startTransition(() => setHeard((before) => new Map([...before, ...brought])));
      }, GATHER_MS);
    }
    waiting.current.set(row.id, row);
  }, []);
  return [heard, hear];
}

const AGAIN_MS = 30_000;

/** Asks again for what no event tells of: while somebody looks, and at once when they come back. */
export function useAgain(ask: () => void): void {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') latest.current();
    };
    const every = setInterval(look, AGAIN_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(every);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
}
