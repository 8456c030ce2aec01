/** A session as the API hands it out: one token, for a fixed time. */
export interface Session {
  token: string;
  /** ISO 8601. */
  expiresAt: string;
}

/** Where an app keeps its session; `null` while nobody is signed in. */
export interface Tokens {
  read(): Session | null;
  write(session: Session | null): void;
}

/** Keeps the session in the tab, so that it survives a reload and no more than that. */
export function tabTokens(key: string): Tokens {
  return {
    read() {
      const kept = sessionStorage.getItem(key);
      return kept === null ? null : (JSON.parse(kept) as Session);
    },
    write(session) {
      if (session === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(session));
    },
  };
}

/** Whether a session's time is up. */
export function hasEnded(session: Session, now: number): boolean {
  return Date.parse(session.expiresAt) <= now;
}
