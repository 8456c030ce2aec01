/** Whether the customer agreed to a case's being told, and whether it is. */

import { OperatorServiceCaseShowDocument, type OperatorCaseFragment } from '@daiqu/client';
import { useAct, useConfirm, useFormat, useTexts } from '@daiqu/kit';
import { Button, Form, Input, Switch } from 'antd';
import { dayOf, instantOf } from '../calendar/layout';
import { lackOf } from './order';
import { texts } from './texts';

export function Consent({ known, onChanged }: { known: OperatorCaseFragment; onChanged: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const confirm = useConfirm();
  const [set, setting] = useAct(OperatorServiceCaseShowDocument);
  const { id: caseId, title: name, shown } = known;
  const consentAt = known.consentAt ?? null;
  const lack = lackOf(known);
  const today = dayOf(Date.now(), format.zone);

  async function show(on: boolean, undoable = true): Promise<void> {
    const done = t(on ? 'didShow' : 'didHide', { name });
    const undo = undoable ? { undo: () => void show(!on, false) } : {};
    if (await set({ input: { caseId, consentAt, shown: on } }, { done, ...undo })) onChanged();
  }

  async function agree({ day }: { day: string }) {
    // A day is what people know; of today, the present moment, since what is to come is refused.
    const at = day === today ? new Date().toISOString() : instantOf(day, '12:00', format.zone);
    if (await set({ input: { caseId, consentAt: at, shown: false } }, { done: t('didConsent') })) onChanged();
  }

  async function disagree() {
    const question = { title: t('noConsent'), hint: t('noConsentHint'), ok: t('noConsent'), danger: true };
    if (!(await confirm(question))) return;
    if (await set({ input: { caseId, consentAt: null, shown: false } }, { done: t('didNoConsent') })) onChanged();
  }

  return (
    <section className="c-part">
      <h3>{t('consent')}</h3>
      <p className="k-quiet k-gap-below">{t('consentHint')}</p>
      {consentAt ? (
        <div className="k-between">
          <span>{t('agreedOn', { day: format.day(consentAt) })}</span>
          <Button size="small" danger loading={setting} onClick={() => void disagree()}>
            {t('noConsent')}
          </Button>
        </div>
      ) : (
        <Form layout="vertical" requiredMark={false} initialValues={{ day: today }} onFinish={agree}>
          <Form.Item name="day" label={t('consentOn')} rules={[{ required: true, message: t('dayNeeded') }]}>
            <Input type="date" max={today} style={{ width: 200 }} />
          </Form.Item>
          <Button htmlType="submit" loading={setting}>
            {t('note')}
          </Button>
        </Form>
      )}
      <label className="k-row k-gap-above">
        <Switch
          checked={shown}
          disabled={lack !== null && !shown}
          loading={setting}
          onChange={(on) => void show(on)}
        />
        {t('show')}
        {lack && <span className="k-quiet">({t(`lacks.${lack}`)})</span>}
      </label>
    </section>
  );
}
