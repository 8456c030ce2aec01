/** The services that prices speak of: the first of them, what was looked up, and what rules name. */

import { OperatorPricedServicesDocument, type OperatorPricedServicesQueryVariables } from "@daiqu/client";
import type { Lookup } from "@daiqu/kit";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useClient } from "urql";
import { choiceOf, inPages } from "../../pickers/lookups";
import type { Service } from "./model";

/** So many are offered for what is typed. */
const OFFERED = 50;

interface Priced {
  /** Those that are known by now, in the catalogue's order as far as it was read. */
  services: readonly Service[];
  lookup: Lookup;
}

/** `first` came with the page; those of `named` that are not among them are read behind it. */
export function usePricedServices(first: readonly Service[], named: readonly string[]): Priced {
  const client = useClient();
  const [learned, setLearned] = useState<ReadonlyMap<string, Service>>(new Map());
  const known = useMemo(() => new Map([...first.map((each) => [each.id, each] as const), ...learned]), [first, learned]);

  const read = useCallback(
    async (asked: OperatorPricedServicesQueryVariables) => {
      const { data } = await client.query(OperatorPricedServicesDocument, asked);
      const found = data?.draftServices.edges.map(({ node }) => node) ?? [];
      if (found.length) setLearned((before) => new Map([...before, ...found.map((each) => [each.id, each] as const)]));
      return found;
    },
    [client],
  );

  const asked = useRef(new Set<string>());
  const missing = [...new Set(named)].filter((id) => !known.has(id)).join("\n");
  useEffect(() => {
    const ids = missing.split("\n").filter((id) => id && !asked.current.has(id));
    for (const id of ids) asked.current.add(id);
    for (const page of inPages(ids)) void read({ ids: page, first: page.length });
  }, [missing, read]);

  const lookup = useMemo<Lookup>(
    () => ({
      find: async (text) => (text ? await read({ text, first: OFFERED }) : first).map(choiceOf),
      named: async (ids) => {
        const here = first.filter(({ id }) => ids.includes(id));
        const away = ids.filter((id) => !here.some((each) => each.id === id));
        const pages = await Promise.all(inPages(away).map((page) => read({ ids: page, first: page.length })));
        return [...here, ...pages.flat()].map(choiceOf);
      },
    }),
    [first, read],
  );
  return { services: useMemo(() => [...known.values()], [known]), lookup };
}
