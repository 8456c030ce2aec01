import { hooked } from '@daiqu/kit/mounted';
import { act, createElement, type ReactNode } from 'react';
import { createClient, fetchExchange, Provider } from 'urql';
import { expect, it } from 'vitest';
import type { Service } from './model';
import { usePricedServices } from './services';

interface Asked {
  text?: string;
  ids?: string[];
  first: number;
}

const service = (number: number) =>
  ({ __typename: 'Service', id: `s${number}`, name: `Service ${number}` }) as unknown as Service;
const ALL = Array.from({ length: 600 }, (_, number) => service(number));
const FIRST = ALL.slice(0, 100);

function page() {
  const asked: Asked[] = [];
  const client = createClient({
    url: 'http://shop.example/graphql',
    preferGetMethod: false,
    exchanges: [fetchExchange],
    fetch(_, init) {
      const { variables } = JSON.parse(String(init?.body)) as { variables: Asked };
      asked.push(variables);
      const { text, ids, first } = variables;
      const found = ALL.filter(({ id, name }) => (ids ? ids.includes(id) : name.endsWith(text ?? ''))).slice(0, first);
      const data = { draftServices: { edges: found.map((node) => ({ node })) } };
      const headers = { 'Content-Type': 'application/json' };
      return Promise.resolve(new Response(JSON.stringify({ data }), { headers }));
    },
  });
  const within = ({ children }: { children?: ReactNode }) => createElement(Provider, { value: client }, children);
  return { asked, within };
}

const happen = () => act(() => new Promise((resolve) => setTimeout(resolve, 20)));

it('knows those that rules name, beyond the first hundred', async () => {
  const { asked, within } = page();
  const { now, again } = hooked((named: string[]) => usePricedServices(FIRST, named), ['s3', 's599', 's599'], within);
  expect(now().services).toHaveLength(100);
  await happen();
  expect(now().services.map(({ id }) => id)).toContain('s599');
  again(['s599', 's3', 's400']);
  await happen();
  expect(asked).toEqual([
    { ids: ['s599'], first: 1 },
    { ids: ['s400'], first: 1 },
  ]);
  expect(now().services).toHaveLength(102);
});

it('knows what was looked up, so that a price can be tried with it', async () => {
  const { asked, within } = page();
  const { now } = hooked((named: string[]) => usePricedServices(FIRST, named), [] as string[], within);
  expect((await now().lookup.find('')).length).toBe(100);
  expect(asked).toEqual([]); // the first came with the page
  await act(async () => {
    expect(await now().lookup.find('577')).toEqual([{ value: 's577', label: 'Service 577' }]);
  });
  expect(now().services.at(-1)?.id).toBe('s577');
});

it('names what the address chose, wherever it is in the catalogue', async () => {
  const { asked, within } = page();
  const { now } = hooked((named: string[]) => usePricedServices(FIRST, named), [] as string[], within);
  await act(async () => {
    const named = await now().lookup.named(['s7', 's578', 'gone']);
    expect(named.map(({ value }) => value)).toEqual(['s7', 's578']);
  });
  expect(asked).toEqual([{ ids: ['s578', 'gone'], first: 2 }]);
  expect(now().services.some(({ id }) => id === 's578')).toBe(true);
});
