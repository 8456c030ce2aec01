/** The apps' own words, in every language the product speaks; a missing one does not compile. */

import i18next from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';

export const LANGUAGES = ['zh-Hans', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

type Tree = { readonly [key: string]: string | Tree };
type Same<T> = { readonly [K in keyof T]: T[K] extends string ? string : Same<T[K]> };
type Plain<K extends string> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K;
type Keys<T> = {
  [K in keyof T & string]: T[K] extends string ? Plain<K> : `${K}.${Keys<T[K]>}`;
}[keyof T & string];

export interface Texts<T> {
  readonly namespace: string;
  readonly phantom?: T;
}

export type Say<T> = (key: Keys<T>, values?: Record<string, string | number>) => string;

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: false,
  resources: {},
  // React escapes: what is put into a sentence is text, never markup.
  interpolation: { escapeValue: false },
  showSupportNotice: false,
} as Parameters<typeof i18next.init>[0]);

/** Register the words of one part. `zh` must say everything `en` says. */
export function defineTexts<const T extends Tree>(
  namespace: string,
  en: T,
  zh: Same<T>,
): Texts<T> {
  i18next.addResourceBundle('en', namespace, en);
  i18next.addResourceBundle('zh-Hans', namespace, zh);
  return { namespace };
}

/** The words of one part in the language that is set. */
export function useTexts<T>(texts: Texts<T>): Say<T> {
  const { t, i18n } = useTranslation(texts.namespace);
  return useMemo(
    () => (key, values) => t(key as never, values as never) as unknown as string,
    // eslint-disable-next-line react-hooks/exhaustive-deps -- t is stable, its language is not
    [t, i18n.language],
  );
}

/** A text that a screen gives in both languages outright, such as its name in the navigation. */
export type Both = Record<Language, string>;

export function languageSet(language: Language): void {
  void i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** The nearest language that the product speaks. */
export function nearest(tag: string | null | undefined): Language {
  return tag?.toLowerCase().startsWith('zh') ? 'zh-Hans' : 'en';
}
