import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examples } from '../src/examples.ts';
import { listener } from '../src/server.ts';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(listener());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

async function ask(body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return (await response.json()) as { data?: Record<string, unknown>; errors?: unknown[] };
}

test('a trusted document is answered as was recorded', async () => {
  for (const [id, example] of examples()) {
    expect(await ask({ documentId: id, variables: example.variables })).toEqual(example.answer);
  }
  expect(examples().size).toBeGreaterThan(0);
});

test('any other document is answered out of what was recorded', async () => {
  const answer = await ask({ query: '{ brand { name currency } orders { edges { node { id } } } }' });
  expect(answer.errors).toBeUndefined();
  expect(answer.data).toMatchObject({ brand: { currency: expect.any(String) } });
});

test('an id that nobody knows is refused as by the server', async () => {
  const answer = await ask({ documentId: `sha256:${'0'.repeat(64)}` });
  expect(answer.errors).toMatchObject([{ extensions: { code: 'DOCUMENT_UNKNOWN' } }]);
});

test('the page lists the documents', async () => {
  const page = await (await fetch(url)).text();
  expect(page).toContain('customer mutation CustomerOrderPlace');
});
