/** State that lives in the address, so that a link, a reload and the back button keep it. */

import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** What is in the address, and a way to change some of it; null or "" takes a key out. */
export function useAddress(): [
  Readonly<Record<string, string>>,
  (change: Record<string, string | null>, how?: { replace?: boolean }) => void,
] {
  const [params, setParams] = useSearchParams();
  const values = useMemo(() => Object.fromEntries(params.entries()), [params]);
  const change = useCallback(
    (what: Record<string, string | null>, how: { replace?: boolean } = {}) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [key, value] of Object.entries(what)) {
            if (value) next.set(key, value);
            else next.delete(key);
          }
          return next;
        },
        { replace: how.replace ?? false, preventScrollReset: true },
      );
    },
    [setParams],
  );
  return [values, change];
}

/** Keys of the address that say which page is shown, not what is looked for. */
export const PLACE_KEYS = ['after', 'before', 'page', 'open'] as const;

/** The part of the address that a view keeps: filters and sorting. */
export function searchOf(values: Readonly<Record<string, string>>): string {
  const kept = Object.entries(values)
    .filter(([key]) => !(PLACE_KEYS as readonly string[]).includes(key))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return new URLSearchParams(kept).toString();
}
