import {
  cacheExchange,
  type Client,
  createClient as createUrqlClient,
  fetchExchange,
  mapExchange,
} from '@urql/core';
import { type OnSignedOut, sessionExchange } from './auth.ts';
import { liveClient, liveExchange, type LiveState } from './live.ts';
import { asSent } from './request.ts';
import type { Tokens } from './session.ts';

export interface ClientOptions {
  /** The host's own, like `https://qinghe.example`: the tenant is told by it. */
  origin: string;
  tokens: Tokens;
  /** What people read now: `zh-Hans` or `en`. */
  language: () => string;
  onSignedOut: OnSignedOut;
  /** Told how the live connection is, for an app to show. */
  onLive?: (state: LiveState) => void;
  /** Where there is no WebSocket of the platform's that would do. */
  webSocketImpl?: unknown;
  fetch?: typeof fetch;
}

/** A client of the API: queries and mutations by HTTP, uploads, subscriptions by a websocket. */
export function createClient(options: ClientOptions): Client {
  const { origin, tokens, language, onSignedOut } = options;
  const socket = liveClient({
    url: `${origin.replace(/^http/, 'ws')}/graphql`,
    tokens,
    language,
    onSignedOut() {
      tokens.write(null);
      void onSignedOut();
    },
    onLive: options.onLive ?? (() => undefined),
    webSocketImpl: options.webSocketImpl,
  });
  return createUrqlClient({
    url: `${origin}/graphql`,
    preferGetMethod: false,
    ...(options.fetch && { fetch: options.fetch }),
    exchanges: [
      cacheExchange,
      mapExchange({ onOperation: (operation) => asSent(operation, language()) }),
      sessionExchange(tokens, onSignedOut),
      liveExchange(socket),
      fetchExchange,
    ],
  });
}
