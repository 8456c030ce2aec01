/** Finding one among more than a page holds: what is typed is asked of the server. */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

export interface Choice {
  value: string;
  label: string;
}

export interface Lookup {
  /** What fits the words, the likeliest first; what stands first in any case where there are none. */
  find: (text: string) => Promise<readonly Choice[]>;
  /** What those are called that are chosen already; one that is missing is there no longer. */
  named: (values: readonly string[]) => Promise<readonly Choice[]>;
}

/** So long nobody asks, while somebody types. */
const TYPING_MS = 250;

/** `text` once nobody has typed for a moment. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

interface Looked {
  /** What to offer now. */
  offered: readonly Choice[];
  /** What a value is called; undefined while that is being asked, null where it is no more. */
  nameOf: (value: string) => string | null | undefined;
  search: (text: string) => void;
  busy: boolean;
}

/** `lookup` stays the same from one rendering to the next. */
export function useLookup(lookup: Lookup, chosen: readonly string[]): Looked {
  const [offered, setOffered] = useState<readonly Choice[]>([]);
  const [names, setNames] = useState<ReadonlyMap<string, string | null>>(new Map());
  const [busy, setBusy] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const newest = useRef(0);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      newest.current += 1;
    },
    [],
  );

  const learn = useCallback((choices: readonly Choice[]) => {
    setNames((before) => new Map([...before, ...choices.map(({ value, label }) => [value, label] as const)]));
  }, []);

  const search = useCallback(
    (text: string) => {
      clearTimeout(timer.current);
      const mine = (newest.current += 1);
      const ask = async () => {
        const found = await lookup.find(text.trim());
        if (newest.current !== mine) return; // more has been typed since
        setBusy(false);
        setOffered(found);
        learn(found);
      };
      setBusy(true);
      timer.current = setTimeout(() => void ask(), text.trim() ? TYPING_MS : 0);
    },
    [lookup, learn],
  );

  const asked = useRef(new Set<string>());
  const unnamed = chosen.filter((value) => !names.has(value)).join('\n');
  useEffect(() => {
    const values = unnamed.split('\n').filter((value) => value && !asked.current.has(value));
    if (values.length === 0) return;
    for (const value of values) asked.current.add(value);
    void lookup.named(values).then((found) => {
      setNames((before) => {
        const gone = values.map((value) => [value, null] as const);
        return new Map([...gone, ...before, ...found.map(({ value, label }) => [value, label] as const)]);
      });
    });
  }, [unnamed, lookup]);

  const nameOf = useCallback((value: string) => names.get(value), [names]);
  return useMemo(() => ({ offered, nameOf, search, busy }), [offered, nameOf, search, busy]);
}
