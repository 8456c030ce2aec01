import { subscriptionExchange } from '@urql/core';
import { createClient, type Client, type SubscribePayload } from 'graphql-ws';
import { hasEnded, type Tokens } from './session.ts';

/** How the live connection is: `lost` while it is being made again. */
export type LiveState = 'idle' | 'open' | 'lost';

const FORBIDDEN = 4403;
const UNAUTHORIZED = 4401;
const LONGEST_WAIT_MS = 20_000;

interface Options {
  url: string;
  tokens: Tokens;
  language: () => string;
  onSignedOut: () => void;
  onLive: (state: LiveState) => void;
  webSocketImpl?: unknown;
}

/** One socket for all that is followed; it is opened by the first and closed after the last. */
export function liveClient(options: Options): Client {
  let forbidden = 0;
  return createClient({
    url: options.url,
    ...(options.webSocketImpl !== undefined && { webSocketImpl: options.webSocketImpl }),
    lazyCloseTimeout: 2_000,
    keepAlive: 15_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    connectionParams() {
      const session = options.tokens.read();
      const language = { acceptLanguage: options.language() };
      if (session === null || hasEnded(session, Date.now())) return language;
      return { ...language, authorization: `Bearer ${session.token}` };
    },
    retryWait: (retries) =>
      new Promise((resolve) => {
        // Everybody loses the socket at once when a server restarts: they must not return at once.
        const longest = Math.min(LONGEST_WAIT_MS, 500 * 2 ** retries);
        setTimeout(resolve, longest * (0.5 + Math.random() / 2));
      }),
    // A lost line, a slow reader, a restart. Other rights: once more, which says what is left.
    shouldRetry(closed) {
      const code = (closed as { code?: number }).code;
      if (code === undefined && !(closed instanceof Event)) return false; // a bug, not a line
      if (code === FORBIDDEN) {
        forbidden += 1;
        return forbidden <= 1;
      }
      return true;
    },
    on: {
      connected() {
        forbidden = 0;
        options.onLive('open');
      },
      closed(event) {
        const { code, wasClean } = event as { code?: number; wasClean?: boolean };
        if (code === UNAUTHORIZED) options.onSignedOut();
        options.onLive(wasClean && code === 1000 ? 'idle' : 'lost');
      },
    },
  });
}

/** Subscriptions over the socket, each resumed after the last event that it has brought. */
export function liveExchange(client: Client) {
  return subscriptionExchange({
    forwardSubscription(body) {
      return {
        subscribe(sink) {
          const payload = {
            ...body,
            query: body.query ?? '', // graphql-ws sends nothing without one
            variables: { ...(body.variables as Record<string, unknown> | undefined) },
          };
          const stop = client.subscribe(payload as SubscribePayload, {
            next(result) {
              const cursor = cursorIn(result.data);
              // graphql-ws sends this very object again when it comes back.
              if (cursor !== undefined) payload.variables['after'] = cursor;
              sink.next(result as Parameters<typeof sink.next>[0]);
            },
            error(error) {
              sink.error(Array.isArray(error) ? error : asError(error));
            },
            complete() {
              sink.complete();
            },
          });
          return { unsubscribe: stop };
        },
      };
    },
  });
}

function cursorIn(data: Record<string, unknown> | null | undefined): string | undefined {
  for (const event of Object.values(data ?? {})) {
    const cursor = (event as { cursor?: unknown } | null)?.cursor;
    if (typeof cursor === 'string') return cursor;
  }
  return undefined;
}

/** A closed socket as an error that says its code. */
function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  const { code, reason } = error as { code?: number; reason?: string };
  return new Error(`the live connection is closed (${code ?? '?'}): ${reason ?? ''}`);
}
