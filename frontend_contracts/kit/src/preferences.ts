/** What somebody chose for themselves on this device: language, appearance, a folded navigation. */

import { useSyncExternalStore } from 'react';
import { boot } from './boot';
import { languageSet, nearest, type Language } from './i18n';
import type { Appearance, AppearanceChoice } from './theme';

interface Preferences {
  language: Language | null;
  appearance: AppearanceChoice;
  folded: boolean;
}

const KEY = 'daiqu.preferences';
const listeners = new Set<() => void>();
let current: Preferences = read();

function read(): Preferences {
  const defaults: Preferences = { language: null, appearance: 'system', folded: false };
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as object) };
  } catch {
    return defaults;
  }
}

/** Keep a choice, for this device. */
export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  localStorage.setItem(KEY, JSON.stringify(current));
  languageSet(language());
  for (const listener of listeners) listener();
}

/** What is chosen, else the browser's language if the product speaks it, else the operator's. */
export function language(): Language {
  if (current.language) return current.language;
  const spoken = navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag));
  return nearest(spoken ?? boot.brand.language);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function useMedia(media: MediaQueryList): boolean {
  return useSyncExternalStore(
    (listener) => {
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => media.matches,
  );
}

const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');
const tablet = window.matchMedia('(max-width: 1000px)');

/** Whether there is no room for the whole navigation beside a table. */
export const useTablet = (): boolean => useMedia(tablet);

/** Light or dark, as chosen or as the system says. */
export function useAppearance(): Appearance {
  const system = useMedia(darkSystem);
  const { appearance } = usePreferences();
  if (appearance !== 'system') return appearance;
  return system ? 'dark' : 'light';
}

languageSet(language());
