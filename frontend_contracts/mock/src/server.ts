// A server for front-end teams who have none: trusted documents are answered as was recorded, any
// other is answered by the schema, out of what was recorded of each type.
import { createServer, type RequestListener } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addMocksToSchema } from '@graphql-tools/mock';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createHandler } from 'graphql-http';
import { isObjectType } from 'graphql';
import { CONTRACT, documents, examples, rowsByType } from './examples.ts';

const SCALARS: Record<string, () => unknown> = {
  BigInt: () => 1200,
  Date: () => '2026-03-02',
  DateTime: () => '2026-03-02T09:00:00+00:00',
  JSON: () => ({}),
  Time: () => '09:00:00',
  Upload: () => null,
};

/** The schema, answering from the examples where they know a type, else something of its shape. */
export function mockSchema() {
  const schema = makeExecutableSchema({
    typeDefs: readFileSync(join(CONTRACT, 'schema.graphql'), 'utf8'),
  });
  const rows = rowsByType(examples().values());
  const mocks: Record<string, () => unknown> = { ...SCALARS };
  for (const type of Object.values(schema.getTypeMap())) {
    const known = rows.get(type.name);
    if (!isObjectType(type) || known === undefined || type.name === 'Query') continue;
    mocks[type.name] = () => {
      const row = known[Math.floor(Math.random() * known.length)] ?? { __typename: type.name };
      const fields = type.getFields();
      return Object.fromEntries(Object.entries(row).filter(([name]) => name in fields));
    };
  }
  return addMocksToSchema({ schema, mocks });
}

/** POST /graphql; GET / lists what is recorded. */
export function listener(): RequestListener {
  const recorded = examples();
  const trusted = documents();
  const execute = createHandler({ schema: mockSchema() });
  return (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (request.method === 'GET' && request.url === '/') {
      response.setHeader('content-type', 'text/plain; charset=utf-8');
      const names = [...trusted.values()].map(({ role, kind, name }) => `${role} ${kind} ${name}`);
      return void response.end(`${names.sort().join('\n')}\n`);
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString();
      const id = documentIdIn(body);
      if (id !== undefined) {
        response.setHeader('content-type', 'application/json; charset=utf-8');
        return void response.end(JSON.stringify(recorded.get(id)?.answer ?? unknown(id)));
      }
      const { method = 'GET', url = '/', headers } = request;
      const [answer, init] = await execute({ method, url, headers, body, raw: request, context: {} });
      response.writeHead(init.status, init.statusText, init.headers).end(answer);
    });
  };
}

/** The id in a request's JSON, or in the part of an upload that holds it. */
function documentIdIn(body: string): string | undefined {
  return /"documentId":\s*"(sha256:[0-9a-f]{64})"/.exec(body.replaceAll('\\"', '"'))?.[1];
}

function unknown(documentId: string) {
  const message = 'No document is known by this id here.';
  return { errors: [{ message, extensions: { code: 'DOCUMENT_UNKNOWN', documentId } }] };
}

if (process.argv[1] === import.meta.filename) {
  const port = Number(process.env['PORT'] ?? 4000);
  createServer(listener()).listen(port, '127.0.0.1', () => {
    console.log(`the mock answers at http://127.0.0.1:${port}/graphql`);
  });
}
