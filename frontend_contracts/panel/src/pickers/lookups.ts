/** Where the choices of the panel's pickers come from. */

import {
  OperatorPlacesFoundDocument,
  OperatorServicesFoundDocument,
  OperatorServicesNamedDocument,
  type OperatorPickedServiceFragment,
} from '@daiqu/client';
import type { Choice, Lookup } from '@daiqu/kit';
import { useMemo } from 'react';
import { useClient, type Client } from 'urql';

export type PickedService = OperatorPickedServiceFragment;

/** So many are offered for what is typed. */
const OFFERED = 50;
/** As many as the server names at once. */
const NAMED = 100;

/** What stands in a list of choices. */
export const choiceOf = ({ id, name }: { id: string; name: string }): Choice => ({ value: id, label: name });

/** Services on sale; `visits` are those for work at one place. `onFound` is told of each that was read. */
export function servicesOf(client: Client, visits: boolean, onFound?: (found: readonly PickedService[]) => void): Lookup {
  const told = (edges: readonly { node: PickedService }[] | undefined) => {
    const found = edges?.map(({ node }) => node) ?? [];
    onFound?.(found);
    return found.map(choiceOf);
  };
  return {
    async find(text) {
      const filters = visits ? { kind: 'ON_SITE' as const } : null;
      const { data } = await client.query(OperatorServicesFoundDocument, { text, filters, first: OFFERED });
      return told(data?.catalogSearch.edges);
    },
    async named(ids) {
      const pages = inPages(ids).map((page) => client.query(OperatorServicesNamedDocument, { ids: page }));
      const answers = await Promise.all(pages);
      return answers.flatMap(({ data }) => told(data?.services.edges));
    },
  };
}

/** `onFound` stays the same from one rendering to the next. */
export function useServices(visits = false, onFound?: (found: readonly PickedService[]) => void): Lookup {
  const client = useClient();
  return useMemo(() => servicesOf(client, visits, onFound), [client, visits, onFound]);
}

/** Places of the tree, each with what it lies in. */
export function usePlaces(): Lookup {
  const client = useClient();
  return useMemo(
    () => ({
      async find(text) {
        const { data } = await client.query(OperatorPlacesFoundDocument, { text, first: OFFERED });
        const nodes = data?.places.edges.map(({ node }) => node) ?? [];
        return nodes.map(({ id, name, parent }) => ({ value: id, label: parent ? `${name} · ${parent.name}` : name }));
      },
      named: () => Promise.resolve([]), // none is chosen before it was found
    }),
    [client],
  );
}

/** `ids` in as many as the server names at once. */
export function inPages(ids: readonly string[]): string[][] {
  const pages: string[][] = [];
  for (let from = 0; from < ids.length; from += NAMED) pages.push(ids.slice(from, from + NAMED));
  return pages;
}
