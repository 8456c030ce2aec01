/** How the live connection is, for the frame to say. */

import type { LiveState } from '@daiqu/client';
import { useSyncExternalStore } from 'react';

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
