/** What every part of an app may ask: who is signed in, with which rights, in which language. */

import { createContext, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from './i18n';

export interface Viewer {
  name: string;
  email: string;
  rights: readonly string[];
  /** Set while somebody of the platform acts in the operator's place. */
  impersonation?: { by: string; reason: string; expiresAt: string } | null;
  /** What the platform tells whoever works here. */
  announcements?: readonly PlatformWord[];
}

export interface PlatformWord {
  kind: 'NEWS' | 'MAINTENANCE' | 'INCIDENT';
  title: string;
  body: string;
  startsAt: string;
  endsAt?: string | null;
}

export interface AppValue {
  viewer: Viewer;
  signOut: () => void;
  /** Ask again who is signed in and what they may do. */
  refresh: () => void;
}

export const AppContext = createContext<AppValue | null>(null);

export function useApp(): AppValue {
  const value = useContext(AppContext);
  if (!value) throw new Error('outside of the signed-in app');
  return value;
}

/** Whether the signed-in person has any of `rights`; no rights asked is yes. */
export function useMay(...rights: string[]): boolean {
  const { viewer } = useApp();
  return rights.length === 0 || rights.some((right) => viewer.rights.includes(right));
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language as Language;
}
