/** A new key: its rights and its end, then its secret, once. */

import { OperatorApiKeyCreateDocument, type Right } from '@daiqu/client';
import { CopyLine, SaveForm, useAct, useApp, useFormat, useTexts } from '@daiqu/kit';
import { Alert, Button, Checkbox, Form, Input, Segmented } from 'antd';
import { texts as staffTexts } from '../staff/texts';
import { texts } from './texts';

const DAY_MS = 86_400_000;
const DAYS = [30, 90, 180, 365] as const;

/** Of the back office's; what customers and couriers may do is never a key's. */
const RIGHTS = [
  'ORDERS_READ',
  'ORDERS_MANAGE',
  'CATALOG_MANAGE',
  'PRICES_MANAGE',
  'PLACES_MANAGE',
  'COURIERS_READ',
  'COURIERS_REVIEW',
  'PERSONAL_DATA_READ',
  'LEDGER_READ',
  'AUDIT_READ',
  'BRAND_MANAGE',
  'STAFF_MANAGE',
  'BILLING_MANAGE',
] as const satisfies readonly Right[];

/** What is worth a second thought before it is given away. */
const RISKS = ['PERSONAL_DATA_READ', 'COURIERS_REVIEW', 'STAFF_MANAGE'] as const satisfies readonly Right[];

export interface Made {
  name: string;
  secret: string;
}

export function MakeKey({ onMade }: { onMade: (made: Made) => void }) {
  const t = useTexts(texts);
  const words = useTexts(staffTexts);
  const format = useFormat();
  const { viewer } = useApp();
  const [create] = useAct(OperatorApiKeyCreateDocument);
  const [form] = Form.useForm<{ name: string; rights: Right[]; days: number }>();
  const days = Form.useWatch('days', form) ?? DAYS[1];
  const held = RIGHTS.filter((right) => viewer.rights.includes(right));
  const endOf = (after: number) => new Date(Date.now() + after * DAY_MS).toISOString();
  return (
    <SaveForm
      form={form}
      initial={{ name: '', rights: [] as Right[], days: DAYS[1] as number }}
      saveLabel={t('make')}
      savedText={t('made')}
      save={async ({ name, rights, days: after }) => {
        const outcome = await create({ input: { name, rights, expiresAt: endOf(after) } }, { quiet: true });
        if (outcome && 'done' in outcome) onMade({ name: outcome.done.apiKey.name, secret: outcome.done.secret });
        return outcome;
      }}
    >
      <Form.Item
        name="name"
        label={t('name')}
        extra={t('nameHint')}
        rules={[{ required: true, whitespace: true, message: t('nameNeeded') }]}
      >
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="rights"
        label={t('rights')}
        extra={t('rightsHint')}
        rules={[
          {
            // Not `required`, which a group of boxes may not be called.
            validator: (_, rights: Right[]) =>
              rights.length ? Promise.resolve() : Promise.reject(new Error(t('rightsNeeded'))),
          },
        ]}
      >
        <Checkbox.Group className="i-choices">
          {held.map((right) => (
            <Checkbox key={right} value={right}>
              {words(`right.${right}`)}
              {RISKS.map((risk) => risk === right && <span key={risk} className="i-warn">{t(`risk.${risk}`)}</span>)}
            </Checkbox>
          ))}
        </Checkbox.Group>
      </Form.Item>
      <Form.Item name="days" label={t('ends')} extra={t('endsOn', { day: format.day(endOf(days)) })}>
        <Segmented
          options={DAYS.map((value) => ({ value, label: value === 365 ? t('year') : t('days', { count: value }) }))}
        />
      </Form.Item>
    </SaveForm>
  );
}

export function Secret({ made, onClose }: { made: Made; onClose: () => void }) {
  const t = useTexts(texts);
  return (
    <div className="k-stack">
      <Alert type="warning" showIcon role="alert" title={t('once')} description={t('onceHint')} />
      <CopyLine label={t('secret', { name: made.name })} value={made.secret} />
      <span>
        <Button type="primary" onClick={onClose}>
          {t('done')}
        </Button>
      </span>
    </div>
  );
}
