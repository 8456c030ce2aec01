import { App as AntApp } from 'antd';
import { act } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClient, fetchExchange, gql, Provider, type TypedDocumentNode } from 'urql';
import { List, Opener, type Connection } from './list';
import { mounted, until, type Mounted } from './mounted';

interface Row {
  id: string;
  name: string;
}
interface Data {
  things: Connection<Row>;
}

const THINGS: TypedDocumentNode<Data, object> = gql`
  query Things {
    things {
      totalCount
    }
  }
`;
const data: Data = {
  things: {
    totalCount: 2,
    pageInfo: { hasNextPage: false, hasPreviousPage: false },
    edges: [{ node: { id: 'a', name: 'Keys' } }, { node: { id: 'b', name: 'Print' } }],
  },
};
const client = createClient({
  url: 'http://shop.example/graphql',
  preferGetMethod: false,
  exchanges: [fetchExchange],
  fetch: () => Promise.resolve(new Response(JSON.stringify({ data }), { headers: { 'Content-Type': 'application/json' } })),
});

const ahead = vi.fn<(id: string) => void>();
let list: Mounted;

/** The list as it is with its rows: each reads ahead what its drawer will show. */
beforeEach(async () => {
  ahead.mockClear();
  const router = createMemoryRouter([
    {
      path: '/',
      element: (
        <List<Data, object, Row>
          name="things"
          document={THINGS}
          variables={() => ({})}
          connection={({ things }) => things}
          columns={[{ key: 'name', title: 'Name', render: (row) => <Opener id={row.id}>{row.name}</Opener> }]}
          opens
          ahead={ahead}
          live={(rows) => [{ id: 'c', name: 'Mail' }, ...rows]}
          empty={{ title: 'Nothing' }}
        />
      ),
    },
  ]);
  list = mounted(
    <Provider value={client}>
      <AntApp>
        <RouterProvider router={router} />
      </AntApp>
    </Provider>,
  );
  await until(() => Boolean(rowOf('Keys')));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  list.unmount();
});

const rowOf = (name: string) =>
  [...list.page.querySelectorAll('tbody tr')].find((row) => row.textContent?.includes(name)) as HTMLElement;
/** React hears that a pointer goes by `pointerout`. */
const pointer = (row: HTMLElement, kind: 'over' | 'move' | 'out') =>
  act(() => row.dispatchEvent(new PointerEvent(`pointer${kind}`, { bubbles: true })));
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

it('counts what has come live, too', () => {
  expect(list.page.querySelector('.k-list-foot')?.textContent).toMatch(/^3 /);
});

it('reads ahead what somebody rests on, once', () => {
  pointer(rowOf('Keys'), 'move');
  pass(40);
  pointer(rowOf('Keys'), 'move');
  pass(19);
  expect(ahead).not.toHaveBeenCalled();
  pass(1);
  expect(ahead.mock.calls).toEqual([['a']]);
  pass(1000);
  expect(ahead).toHaveBeenCalledTimes(1);
});

it('reads nothing for who only passes by', () => {
  for (const name of ['Keys', 'Print', 'Keys']) {
    pointer(rowOf(name), 'move');
    pass(30);
    pointer(rowOf(name), 'out');
  }
  pass(1000);
  expect(ahead).not.toHaveBeenCalled();
});

it('reads nothing that is only scrolled below the pointer', () => {
  pointer(rowOf('Keys'), 'over');
  pass(1000);
  expect(ahead).not.toHaveBeenCalled();
});

it('reads ahead at once for the keyboard', () => {
  act(() => rowOf('Print').querySelector('button')?.focus());
  expect(ahead.mock.calls).toEqual([['b']]);
});

it('reads nothing once the page is left', () => {
  pointer(rowOf('Keys'), 'over');
  list.unmount();
  pass(1000);
  expect(ahead).not.toHaveBeenCalled();
});
