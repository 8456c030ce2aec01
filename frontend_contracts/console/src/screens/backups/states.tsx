/** A backup's state in words, a tag, or a bar. */

import type { OwnerBackupFragment } from '@daiqu/client';
import { StateTag, useFormat, useTexts, type Mood } from '@daiqu/kit';
import { Progress } from 'antd';
import { waitOf, type Standing as Kind } from './standing';
import { texts } from './texts';

const MOODS: Record<Kind, Mood> = {
  running: 'run',
  broken: 'bad',
  failed: 'bad',
  late: 'wait',
  none: 'wait',
  fine: 'good',
  off: 'off',
};

export function Standing({ standing }: { standing: Kind }) {
  const t = useTexts(texts);
  const words: Record<Kind, string> = {
    running: t('states.RUNNING'),
    broken: t('broken'),
    failed: t('states.FAILED'),
    late: t('stale'),
    none: t('none'),
    fine: t('fine'),
    off: t('notServed'),
  };
  return <StateTag mood={MOODS[standing]}>{words[standing]}</StateTag>;
}

interface MakingProps {
  backup: Pick<OwnerBackupFragment, 'share' | 'startedAt'>;
  name: string;
}

export function Making({ backup, name }: MakingProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const wait = waitOf(backup, Date.now());
  if (wait.kind === 'making') {
    return <Progress percent={wait.percent} status="active" aria-label={t('bar', { name })} />;
  }
  const at = format.moment(backup.startedAt);
  const words = { due: t('dueAt', { at }), waits: t('waits'), long: t('waitsLong', { at }) };
  return <span className="k-quiet">{words[wait.kind]}</span>;
}
