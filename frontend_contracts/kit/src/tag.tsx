/** A state in a word, with a dot of its mood: never by colour alone. */

import type { ReactNode } from 'react';

export type Mood = 'wait' | 'run' | 'good' | 'bad' | 'off';

export function StateTag({ mood, children }: { mood: Mood; children: ReactNode }) {
  return <span className={`k-tag k-tag-${mood}`}>{children}</span>;
}
