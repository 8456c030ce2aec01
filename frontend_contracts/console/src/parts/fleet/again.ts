/** Asking again while something runs, and only while somebody looks. */

import { useCallback, useEffect, useState } from 'react';

const PACE_MS = 1500;

/** A number for `<List version>`: it grows while `running`, and whenever it is told to. */
export function useAgain(running: boolean): [version: number, again: () => void] {
  const [version, setVersion] = useState(0);
  const again = useCallback(() => setVersion((n) => n + 1), []);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      if (!document.hidden) again();
    }, PACE_MS);
    return () => clearInterval(timer);
  }, [running, again]);
  return [version, again];
}
