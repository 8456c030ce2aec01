// All audits of graphql-http against the server on 127.0.0.1:PORT under the name HOST.
// Usage: node audit.mjs PORT HOST; prints one line of JSON per audit.
import { serverAudits } from 'graphql-http';
import { fetchAs } from './fetch.mjs';

const [port, host] = process.argv.slice(2);

for (const audit of serverAudits({ url: 'http://endpoint/graphql', fetchFn: fetchAs(port, host) })) {
  const { status, reason } = await audit.fn();
  console.log(JSON.stringify({ id: audit.id, name: audit.name, status, reason }));
}
