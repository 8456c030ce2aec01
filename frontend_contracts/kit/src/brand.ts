/** The brand that the app wears: what the page came with, until settings change it. */

import { useSyncExternalStore } from 'react';
import { boot, type Brand } from './boot';

const listeners = new Set<() => void>();
let worn: Brand = boot.brand;
let tried: Partial<Brand> | null = null;
let shown: Brand = worn;

function told(): void {
  shown = tried ? { ...worn, ...tried } : worn;
  for (const listener of listeners) listener();
}

/** Wear what was saved. */
export function brandWear(brand: Partial<Brand>): void {
  worn = { ...worn, ...brand };
  told();
}

/** Try a look on without saving it; null takes it off again. */
export function brandTry(brand: Partial<Brand> | null): void {
  tried = brand;
  told();
}

export function useBrand(): Brand {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
