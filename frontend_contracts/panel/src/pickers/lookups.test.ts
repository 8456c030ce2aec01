import { createClient, fetchExchange } from 'urql';
import { expect, it, vi } from 'vitest';
import { inPages, servicesOf } from './lookups';

interface Asked {
  text?: string;
  ids?: string[];
  first?: number;
  filters?: { kind: string } | null;
}

/** A shop of 600 services, of which the server shows a page at once. */
function shop() {
  const asked: Asked[] = [];
  const all = Array.from({ length: 600 }, (_, number) => ({ id: `s${number}`, name: `Service ${number}` }));
  const edges = (nodes: typeof all) => ({ edges: nodes.map((node) => ({ node: { ...node, __typename: 'Service' } })) });
  const client = createClient({
    url: 'http://shop.example/graphql',
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetch(_, init) {
      const { variables } = JSON.parse(String(init?.body)) as { variables: Asked };
      asked.push(variables);
      const { text, ids } = variables;
      const data = ids
        ? { services: edges(all.filter(({ id }) => ids.includes(id))) }
        : { catalogSearch: edges(all.filter(({ name }) => name.includes(text ?? '')).slice(0, variables.first)) };
      const headers = { 'Content-Type': 'application/json' };
      return Promise.resolve(new Response(JSON.stringify({ data }), { headers }));
    },
  });
  return { client, asked };
}

it('finds the last of 600 services by its name', async () => {
  const { client, asked } = shop();
  const found = await servicesOf(client, false).find('599');
  expect(found).toEqual([{ value: 's599', label: 'Service 599' }]);
  expect(asked).toEqual([{ text: '599', filters: null, first: 50 }]);
});

it('asks for visits only where only those will do, and tells of each that it reads', async () => {
  const { client, asked } = shop();
  const onFound = vi.fn();
  await servicesOf(client, true, onFound).find('Service 1');
  expect(asked[0]?.filters).toEqual({ kind: 'ON_SITE' });
  expect(onFound.mock.calls[0]?.[0]).toHaveLength(50);
});

it('names as many as are chosen, in as many requests as that takes', async () => {
  const { client, asked } = shop();
  const ids = Array.from({ length: 250 }, (_, number) => `s${number * 2}`);
  const named = await servicesOf(client, false).named([...ids, 'gone']);
  expect(named.map(({ value }) => value)).toEqual(ids);
  expect(asked.map((each) => each.ids?.length)).toEqual([100, 100, 51]);
});

it('makes pages of what is there', () => {
  expect(inPages([])).toEqual([]);
  expect(inPages(['a'])).toEqual([['a']]);
});
