import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { pipe, subscribe } from 'wonka';
import { WebSocketServer } from 'ws';
import { createClient, OperatorBoardDocument } from '../src/index.ts';

interface Subscribed {
  id: string;
  payload: { variables?: { after?: string } };
}

test('a lost line is taken up after the last event', async () => {
  const asked: (string | undefined)[] = [];
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type: string } & Subscribed;
      if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (message.type !== 'subscribe') return;
      asked.push(message.payload.variables?.after);
      const cursor = `cursor-${asked.length}`;
      const data_ = { boardEvents: { __typename: 'OrderEvent', cursor, seq: asked.length } };
      socket.send(JSON.stringify({ type: 'next', id: message.id, payload: { data: data_ } }));
      if (asked.length === 1) setTimeout(() => socket.close(1013), 20);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const states: string[] = [];
  const client = createClient({
    origin: `http://127.0.0.1:${port}`,
    tokens: { read: () => null, write: () => undefined },
    language: () => 'en',
    onSignedOut: () => undefined,
    onLive: (state) => states.push(state),
  });
  const seen: unknown[] = [];
  await new Promise<void>((resolve) => {
    const followed = pipe(
      client.subscription(OperatorBoardDocument, { after: 'start' }),
      subscribe((result) => {
        seen.push(result.data?.boardEvents.cursor);
        if (seen.length === 2) {
          queueMicrotask(() => followed.unsubscribe());
          resolve();
        }
      }),
    );
  });
  expect(seen).toEqual(['cursor-1', 'cursor-2']);
  expect(asked).toEqual(['start', 'cursor-1']);
  expect(states).toEqual(['open', 'lost', 'open']);
  sockets.close();
  http.close();
});
