// fetch for a host that Node cannot resolve: connects to 127.0.0.1 and names the host in a header.
// Node's own fetch does not let a caller set Host, so requests go through node:http.
import http from 'node:http';

export const fetchAs = (port, host) => async (url, init = {}) => {
  const request = new Request(url, init);
  const headers = Object.fromEntries(request.headers);
  const said = new Headers(init.headers);
  // Request invents a content type for a text body; a client that sends none must send none.
  if (typeof init.body === 'string' && !said.has('content-type')) delete headers['content-type'];
  const body = Buffer.from(await request.arrayBuffer());
  const { pathname, search } = new URL(url);
  return await new Promise((resolve, reject) => {
    const sent = http.request(
      {
        host: '127.0.0.1',
        port,
        path: pathname + search,
        method: request.method,
        headers: { ...headers, host, 'content-length': body.length },
      },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () =>
          resolve(
            new Response(Buffer.concat(chunks), {
              status: answer.statusCode,
              headers: Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
            }),
          ),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
};
