/** What went wrong outside a mutation's own refusals, in a sentence. */

import { codeOf } from '@daiqu/client';
import type { CombinedError } from 'urql';
import type { Say } from './i18n';
import type { kitTexts } from './texts';

type KitSay = Say<NonNullable<(typeof kitTexts)['phantom']>>;

/** One sentence for people. A bug of ours comes with the number that the log has it under. */
export function faultOf(error: CombinedError, t: KitSay): string {
  if (error.networkError) return t('offline');
  const code = codeOf(error);
  switch (code) {
    case 'FORBIDDEN':
      return t('forbidden');
    case 'TENANT_READ_ONLY':
      return t('readOnly');
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
