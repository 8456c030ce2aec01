/** The session of this browser, shared by its tabs, and the moment it ends in the middle of work. */

import type { Session, Tokens } from '@daiqu/client';
import { useSyncExternalStore } from 'react';

type Status = 'out' | 'in' | 'expired';

const listeners = new Set<() => void>();
let key = 'daiqu.session';
let status: Status = 'out';
let waiting: (() => void)[] = [];

function told(): void {
  for (const listener of listeners) listener();
}

function kept(): Session | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Session | null;
  } catch {
    return null;
  }
}

export const tokens: Tokens = {
  read: kept,
  write(session) {
    if (session) localStorage.setItem(key, JSON.stringify(session));
    else localStorage.removeItem(key);
  },
};

/** Begin with what the last visit left. `app` keeps the panel's session from the console's. */
export function sessionOpen(app: string): void {
  key = `daiqu.${app}.session`;
  status = kept() ? 'in' : 'out';
  window.addEventListener('storage', (event) => {
    if (event.key !== key) return;
    if (kept()) sessionStart(kept() as Session);
    else if (status === 'in') sessionEnd();
  });
}

/** Somebody has signed in: whatever waited for it goes on. */
export function sessionStart(session: Session): void {
  tokens.write(session);
  status = 'in';
  const resumed = waiting;
  waiting = [];
  for (const resume of resumed) resume();
  told();
}

/** Signed out on purpose. */
export function sessionEnd(): void {
  tokens.write(null);
  status = 'out';
  waiting = [];
  told();
}

/** The server no longer knows the session: the page stays, and waits until somebody signs in. */
export function sessionExpired(): Promise<void> {
  if (status === 'out') return Promise.resolve();
  return new Promise((resolve) => {
    waiting.push(resolve);
    status = 'expired';
    told();
  });
}

export function useSessionStatus(): Status {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => status,
  );
}
