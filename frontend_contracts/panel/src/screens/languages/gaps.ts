/** What lacks a translation, in groups, and where each is written. */

import type { OperatorLanguagesQuery, UntranslatedKind } from '@daiqu/client';

export type Gap = OperatorLanguagesQuery['untranslated'][number];

export interface Group {
  kind: UntranslatedKind;
  gaps: readonly Gap[];
}

/** In the order in which the server tells them; only those that lack `language`, where one is asked for. */
export function grouped(gaps: readonly Gap[], language: string | null): Group[] {
  const groups = new Map<UntranslatedKind, Gap[]>();
  for (const gap of gaps) {
    if (language && !gap.languages.includes(language)) continue;
    groups.set(gap.kind, [...(groups.get(gap.kind) ?? []), gap]);
  }
  return [...groups].map(([kind, members]) => ({ kind, gaps: members }));
}

/** How much lacks each language, in the order of `languages`; those that lack nothing are left out. */
export function counted(gaps: readonly Gap[], languages: readonly string[]): [language: string, count: number][] {
  return languages
    .map((tag): [string, number] => [tag, gaps.filter((gap) => gap.languages.includes(tag)).length])
    .filter(([, count]) => count > 0);
}

/** The page of the panel on which it is written. */
export function pageOf({ kind, subjectId, serviceId }: Gap): string {
  const id = encodeURIComponent(subjectId ?? '');
  switch (kind) {
    case 'BRAND':
      return '/brand';
    case 'CATEGORY':
    case 'LINE':
      return '/catalogue';
    case 'SERVICE':
      return `/catalogue/service?id=${id}`;
    case 'CASE':
      return `/catalogue/content?id=${encodeURIComponent(serviceId ?? '')}&tab=cases`;
    case 'FAQ':
      return `/catalogue/content?id=${encodeURIComponent(serviceId ?? '')}&tab=faqs`;
    case 'PRICE_RULE':
      return `/prices?rule=${id}`;
    case 'PROMOTION':
      return `/promotions?open=${id}`;
    case 'ZONE':
      return `/zones?tab=zones&at=${id}`;
    case 'PLACE':
      return `/zones?tab=places&at=${id}`;
    case 'BULLETIN':
      return `/notices?open=${id}`;
  }
}
