/** Where a run is, in a word or a bar. */

import type { OwnerReleaseFragment } from '@daiqu/client';
import { StateTag, useFormat, useTexts } from '@daiqu/kit';
import { Progress } from 'antd';
import { percentOf } from '../../parts/fleet/amounts';
import { RELEASE_MOODS, texts } from './texts';

/** As much of a digest as tells releases apart. */
export const shortOf = (digest: string) => digest.slice(0, 8);

/** One digit after the point where it says something. */
export const paceOf = (pace: number) => (pace >= 10 ? Math.round(pace) : Math.round(pace * 10) / 10);

export function RunState({ run }: { run: OwnerReleaseFragment }) {
  const t = useTexts(texts);
  const format = useFormat();
  if (run.state === 'RUNNING') {
    return <Progress percent={percentOf(run.done, run.total)} size="small" aria-label={t('bar')} />;
  }
  if (run.state === 'DONE' && run.failed > 0) {
    return <StateTag mood="bad">{t('doneWithFailures', { count: format.number(run.failed) })}</StateTag>;
  }
  return <StateTag mood={RELEASE_MOODS[run.state]}>{t(`states.${run.state}`)}</StateTag>;
}
