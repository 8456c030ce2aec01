/** How an API key stands. */

import type { Mood } from '@daiqu/kit';

export type KeyState = 'good' | 'soon' | 'ended' | 'revoked';

export const KEY_MOODS: Record<KeyState, Mood> = { good: 'good', soon: 'wait', ended: 'off', revoked: 'off' };

const SOON_MS = 14 * 86_400_000;

interface KeyTimes {
  expiresAt: string;
  revokedAt?: string | null | undefined;
}

export function stateOf({ expiresAt, revokedAt }: KeyTimes, now: number): KeyState {
  if (revokedAt) return 'revoked';
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return 'ended';
  return left < SOON_MS ? 'soon' : 'good';
}
