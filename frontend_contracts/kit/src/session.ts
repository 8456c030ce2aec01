/**
 * The session of this browser, shared by its tabs, and the moment it ends in the middle of work. A visit is
 * the session of one tab alone: somebody of the platform who looks in leaves the browser's own as it is.
 */

import type { Session, Tokens } from '@daiqu/client';
import { useSyncExternalStore } from 'react';

type Status = 'out' | 'in' | 'expired';

const listeners = new Set<() => void>();
let key = 'daiqu.session';
let status: Status = 'out';
let visit = false;
let waiting: (() => void)[] = [];

function told(): void {
  for (const listener of listeners) listener();
}

/** Whether this tab is on a visit, or was until just now. */
export function visiting(): boolean {
  return visit;
}

/** Where this tab keeps what belongs to its session. */
export function sessionStore(): Storage {
  return visit ? sessionStorage : localStorage;
}

function kept(): Session | null {
  try {
    return JSON.parse(sessionStore().getItem(key) ?? 'null') as Session | null;
  } catch {
    return null;
  }
}

export const tokens: Tokens = {
  read: kept,
  write(session) {
    if (session) sessionStore().setItem(key, JSON.stringify(session));
    else sessionStore().removeItem(key);
  },
};

/** Begin with what the last visit left. `app` keeps the panel's session from the console's. */
export function sessionOpen(app: string): void {
  key = `daiqu.${app}.session`;
  visit = sessionStorage.getItem(key) !== null;
  status = kept() ? 'in' : 'out';
  window.addEventListener('storage', (event) => {
    if (event.key !== key || visit) return;
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

/** Somebody of the platform looks in, in this tab. */
export function visitStart(session: Session): void {
  visit = true;
  tokens.write(session);
  status = 'in';
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
