// node follow.mjs PORT HOST TOKEN CURSOR COUNT
// Queries, is refused, and follows the board from CURSOR for COUNT events; every few events it
// cuts its own connection without a word, and comes back with the last cursor that it saw.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [port, host, token, cursor, count] = process.argv.slice(2);
const say = (line) => console.log(JSON.stringify(line));
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Node's resolver does not know *.localhost, so the host goes into the header alone.
class HostSocket extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { headers: { Host: host } });
  }
}

function client(connectionParams, on = {}) {
  return createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: HostSocket,
    connectionParams,
    retryAttempts: 20,
    retryWait: () => wait(10),
    shouldRetry: () => true,
    on,
  });
}

const all = async (iterator) => {
  const results = [];
  for await (const result of iterator) results.push(result);
  return results;
};

let socket;
const signedIn = client(
  { authorization: `Bearer ${token}` },
  { connected: (opened) => (socket = opened) },
);
say({ query: await all(signedIn.iterate({ query: '{ brand { currency } }' })) });
try {
  await all(signedIn.iterate({ query: 'subscription { offerEvents { seq } }' }));
} catch (errors) {
  say({ refused: errors[0].extensions.code });
}
try {
  await all(client({ token: 'nobody' }).iterate({ query: '{ brand { currency } }' }));
} catch (closed) {
  say({ closed: closed.code });
}

const payload = {
  query: 'subscription($after: String) { boardEvents(after: $after) { cursor seq } }',
  variables: { after: cursor },
};
const seqs = [];
for await (const { data } of signedIn.iterate(payload)) {
  seqs.push(data.boardEvents.seq);
  payload.variables.after = data.boardEvents.cursor; // what is sent again on a retry
  if (seqs.length === Number(count)) break;
  if (seqs.length % 4 === 0) socket.terminate();
}
say({ seqs });
await signedIn.dispose();
