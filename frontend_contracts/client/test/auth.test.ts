import { expect, test } from 'vitest';
import {
  createClient,
  OperatorOrdersDocument,
  OperatorSignInDocument,
  type Session,
  type Tokens,
} from '../src/index.ts';

const LATER = '2999-01-01T00:00:00Z';
const PAST = '2000-01-01T00:00:00Z';

function memory(session: Session | null): Tokens {
  let kept = session;
  return { read: () => kept, write: (next) => (kept = next) };
}

interface Sent {
  authorization: string | null;
  language: string | null;
  body: { query?: string; documentId?: string };
}

/** Answers who is signed in by `valid`, and keeps what was sent. */
function server(valid: string) {
  const sent: Sent[] = [];
  const answer: typeof fetch = async (_url, init) => {
    const headers = new Headers(init?.headers);
    const body = JSON.parse(String(init?.body)) as Sent['body'];
    const authorization = headers.get('authorization');
    sent.push({ authorization, language: headers.get('accept-language'), body });
    const denied = { errors: [{ message: 'No.', extensions: { code: 'UNAUTHENTICATED' } }] };
    const isIn = authorization === `Bearer ${valid}`;
    return new Response(JSON.stringify(isIn ? { data: { liveCursor: 'c' } } : denied), {
      headers: { 'content-type': 'application/json' },
    });
  };
  return { sent, answer };
}

test('what was being sent waits for the new session', async () => {
  const { sent, answer } = server('new');
  const tokens = memory({ token: 'old', expiresAt: LATER });
  let asked = 0;
  const client = createClient({
    origin: 'http://a.test',
    tokens,
    language: () => 'zh-Hans',
    fetch: answer,
    async onSignedOut() {
      asked += 1;
      expect(tokens.read()).toBeNull();
      // A way in goes out although everything else waits for it.
      await client.mutation(OperatorSignInDocument, { input: { email: 'a', password: 'b' } });
      tokens.write({ token: 'new', expiresAt: LATER });
    },
  });
  const result = await client.query(OperatorOrdersDocument, {});
  expect(result.data?.liveCursor).toBe('c');
  expect(asked).toBe(1);
  expect(sent.map((each) => each.authorization)).toEqual(['Bearer old', null, 'Bearer new']);
  expect(sent[0]?.language).toBe('zh-Hans');
  expect(sent[0]?.body.documentId).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(sent[0]?.body.query).toBeUndefined();
});

test('a session whose time is up is not sent', async () => {
  const { sent, answer } = server('new');
  const tokens = memory({ token: 'old', expiresAt: PAST });
  const client = createClient({
    origin: 'http://a.test',
    tokens,
    language: () => 'en',
    fetch: answer,
    onSignedOut: () => undefined,
  });
  const result = await client.query(OperatorOrdersDocument, {});
  expect(result.error?.graphQLErrors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  expect(sent.map((each) => each.authorization)).toEqual([null]);
});
