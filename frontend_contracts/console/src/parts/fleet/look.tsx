/** When a worker last looked the fleet over, and having it look again. */

import { OwnerFleetExamineDocument } from '@daiqu/client';
import { useAct, useFormat, useTexts } from '@daiqu/kit';
import { Button } from 'antd';
import { ReloadOutlined } from '@ant-design/icons';
import { fleetTexts } from './texts';

interface LookAgainProps {
  looked: string | null | undefined;
  waitsSince: string | null | undefined;
  onAsked: () => void;
}

export function LookAgain({ looked, waitsSince, onAsked }: LookAgainProps) {
  const t = useTexts(fleetTexts);
  const format = useFormat();
  const [examine, running] = useAct(OwnerFleetExamineDocument);
  const waits = Boolean(waitsSince);
  return (
    <span className="f-look">
      <span className="k-quiet" aria-live="polite">
        {waits ? t('looking') : looked ? t('lookedAt', { ago: format.ago(looked) }) : t('neverLooked')}
      </span>
      <Button
        icon={<ReloadOutlined />}
        loading={running || waits}
        onClick={() => void examine({}, { done: t('lookAsked') }).then(onAsked)}
      >
        {t('lookAgain')}
      </Button>
    </span>
  );
}
