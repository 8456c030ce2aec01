/** What a screen says of itself, so that one folder is all it takes to add one. */

import type { ComponentType, ReactNode } from 'react';
import type { Both } from './i18n';

/** Parts of the navigation, in this order. */
export const GROUPS = ['work', 'offer', 'people', 'business', 'settings'] as const;
export type Group = (typeof GROUPS)[number];

export interface Screen {
  /** Its address below the app's, without slashes at the ends: `orders`. */
  path: string;
  title: Both;
  icon: ReactNode;
  group: Group;
  /** Its place in the group, lowest first. */
  order: number;
  /** Any of these shows it; none means everybody who is signed in. */
  rights: readonly string[];
  /** Not in the navigation: another screen leads to it. */
  hidden?: boolean;
  /** Its view is a chunk of its own, loaded when somebody goes there. */
  load: () => Promise<{ default: ComponentType }>;
}

/** Screens in the order of the navigation, of those that somebody with `rights` may see. */
export function visible(screens: readonly Screen[], rights: readonly string[]): Screen[] {
  return screens
    .filter((screen) => !screen.hidden)
    .filter((screen) => !screen.rights.length || screen.rights.some((each) => rights.includes(each)))
    .sort(
      (one, other) =>
        GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group) || one.order - other.order,
    );
}
