/** A pause of new orders, with what customers read meanwhile. */

import { OperatorBrandPauseDocument, OperatorBrandResumeDocument, type OperatorBrandFragment } from '@daiqu/client';
import { Sheet, StateTag, TextsInput, useAct, useFormat, useTexts, type BootText } from '@daiqu/kit';
import { Button, Form, Select } from 'antd';
import { texts } from './texts';

const MINUTE_MS = 60_000;

export function PauseSheet({ brand, onChanged }: { brand: OperatorBrandFragment; onChanged: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [pause, pausing] = useAct(OperatorBrandPauseDocument);
  const [resume, resuming] = useAct(OperatorBrandResumeDocument);

  async function takeAgain() {
    const outcome = await resume({}, { done: t('didResume') });
    if (outcome) onChanged();
  }

  async function stop({ minutes, message }: { minutes: number; message?: BootText[] }) {
    const until = new Date(Date.now() + minutes * MINUTE_MS).toISOString();
    const outcome = await pause(
      { input: { until, message: message ?? [] } },
      { done: t('didPause', { at: format.moment(until) }), undo: () => void takeAgain() },
    );
    if (outcome) onChanged();
  }

  return (
    <Sheet
      title={t('pause')}
      extra={
        <StateTag mood={brand.pausedUntil ? 'wait' : 'good'}>
          {brand.pausedUntil ? t('pausedUntil', { at: format.moment(brand.pausedUntil) }) : t('open')}
        </StateTag>
      }
    >
      <p className="k-quiet k-gap-below">{t('pauseHint')}</p>
      {brand.pausedUntil ? (
        <Button type="primary" loading={resuming} onClick={() => void takeAgain()}>
          {t('resume')}
        </Button>
      ) : (
        <Form layout="vertical" initialValues={{ minutes: 60 }} onFinish={stop}>
          <Form.Item name="minutes" label={t('for')}>
            <Select
              options={[
                { value: 30, label: t('minutes', { count: 30 }) },
                { value: 60, label: t('hours', { count: 1 }) },
                { value: 120, label: t('hours', { count: 2 }) },
                { value: 240, label: t('hours', { count: 4 }) },
                { value: 1440, label: t('day') },
              ]}
            />
          </Form.Item>
          <Form.Item name="message" label={t('message')}>
            <TextsInput rows={2} maxLength={200} />
          </Form.Item>
          <Button htmlType="submit" loading={pausing}>
            {t('pauseGo')}
          </Button>
        </Form>
      )}
    </Sheet>
  );
}
