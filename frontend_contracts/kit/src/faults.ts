/** What went wrong outside a mutation's own refusals, in a sentence. */

import { codeOf } from '@daiqu/client';
import type { CombinedError } from 'urql';
import type { Say } from './i18n';
import type { kitTexts } from './texts';

type KitSay = Say<NonNullable<(typeof kitTexts)['phantom']>>;

/** A page of an older release asks for what the server no longer knows: reloading helps, asking again does not. */
export function isOutdated(error: CombinedError): boolean {
  return codeOf(error) === 'DOCUMENT_UNKNOWN';
}

/** One sentence for people. A bug of ours comes with the number that the log has it under. */
export function faultOf(error: CombinedError, t: KitSay): string {
  if (error.networkError) return t('offline');
  const code = codeOf(error);
  switch (code) {
    case 'FORBIDDEN':
      return t('forbidden');
    case 'TENANT_READ_ONLY':
      return t('readOnly');
    case 'DOCUMENT_UNKNOWN':
      return t('outdated');
    case 'RATE_LIMITED':
      return t('tooMany');
    default: {
      const first = error.graphQLErrors[0];
      const id = first?.extensions['id'] ?? first?.extensions['errorId'];
      if (typeof id === 'string') return t('brokenWith', { id });
      // What the server refuses has a sentence in the reader's language already.
      return code && first && code !== 'INTERNAL' ? first.message : t('broken');
    }
  }
}
