/** A plan: what it costs, what it allows, what it switches on. */

import { OwnerPlanCreateDocument, OwnerPlanEditDocument, type OwnerPlanFragment } from '@daiqu/client';
import { minorDigits, SaveForm, textsNeeded, TextsInput, useAct, useTexts } from '@daiqu/kit';
import { Alert, Checkbox, Form, Input, InputNumber, Select, Switch } from 'antd';
import { FEATURES, inputOf, METERS, valuesOf, type PlanValues } from './model';
import { texts } from './texts';

const TONGUES = ['en', 'zh-Hans'];
const KEY = /^[a-z][a-z0-9_]{1,39}$/;
const CURRENCIES = ['CNY', 'GBP', 'EUR', 'USD', 'HKD', 'TWD', 'SGD', 'MYR', 'JPY', 'KRW', 'AUD', 'CAD', 'THB', 'VND'];

interface PlanFormProps {
  /** Null for a new one. */
  plan: OwnerPlanFragment | null;
  /** How many operators are on it. */
  on: number;
  onDone: (saved: boolean) => void;
}

export function PlanForm({ plan, on, onDone }: PlanFormProps) {
  const t = useTexts(texts);
  const [create] = useAct(OwnerPlanCreateDocument);
  const [edit] = useAct(OwnerPlanEditDocument);
  const [form] = Form.useForm<PlanValues>();
  const initial = valuesOf(plan);
  const currency = Form.useWatch('currency', form) ?? initial.currency;
  const price = Form.useWatch('price', form) ?? initial.price;
  return (
    <SaveForm<PlanValues>
      form={form}
      initial={initial}
      savedText={t('saved')}
      save={(values) => {
        const input = inputOf({ ...initial, ...values });
        return plan ? edit({ input }, { quiet: true }) : create({ input }, { quiet: true });
      }}
      onSaved={() => onDone(true)}
      onCancel={() => onDone(false)}
    >
      {on > 0 && <Alert type="info" showIcon title={t('touched', { count: on })} className="k-gap-below" />}
      {!plan && (
        <Form.Item
          name="key"
          label={t('key')}
          extra={t('keyHint')}
          rules={[{ required: true, pattern: KEY, message: t('keyBad') }]}
        >
          <Input autoComplete="off" maxLength={40} />
        </Form.Item>
      )}
      <Form.Item name="name" label={t('name')} required rules={[textsNeeded('en', t('nameNeeded'))]}>
        <TextsInput languages={TONGUES} maxLength={60} />
      </Form.Item>
      <Form.Item name="summary" label={t('summary')} required rules={[textsNeeded('en', t('summaryNeeded'))]}>
        <TextsInput languages={TONGUES} maxLength={200} />
      </Form.Item>
      <div className="p-pair">
        <Form.Item name="price" label={t('price')} rules={[{ required: true, message: t('needed') }]}>
          <InputNumber
            min={0}
            precision={minorDigits(currency)}
            style={{ width: '100%' }}
            {...(plan && { suffix: currency })}
          />
        </Form.Item>
        {!plan && (
          <Form.Item name="currency" label={t('currency')}>
            <Select options={CURRENCIES.map((value) => ({ value, label: value }))} />
          </Form.Item>
        )}
        <Form.Item name="trialDays" label={t('trialDays')} rules={[{ required: true, message: t('needed') }]}>
          <InputNumber min={0} max={365} precision={0} style={{ width: '100%' }} />
        </Form.Item>
      </div>
      {plan && price !== initial.price && (
        <Alert type="warning" showIcon title={t('priced')} className="k-gap-below" />
      )}
      <fieldset className="l-set">
        <legend>{t('limits')}</legend>
        <p className="k-quiet k-gap-below">{t('limitsHint')}</p>
        <div className="l-limits">
          {METERS.map((meter) => (
            <Form.Item key={meter} name={['limits', meter]} label={t(`meter.${meter}`)}>
              <InputNumber
                min={0}
                precision={meter === 'STORAGE' ? 1 : 0}
                placeholder={t('noLimit')}
                style={{ width: '100%' }}
              />
            </Form.Item>
          ))}
        </div>
      </fieldset>
      <Form.Item name="features" label={t('features')} className="l-features">
        <Checkbox.Group options={FEATURES.map((value) => ({ value, label: t(`feature.${value}`) }))} />
      </Form.Item>
      <div className="p-pair">
        <Form.Item name="rate" label={t('rate')} extra={t('rateHint')}>
          <InputNumber min={1} max={10_000} precision={0} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="position" label={t('position')} rules={[{ required: true, message: t('needed') }]}>
          <InputNumber min={0} max={32_767} precision={0} style={{ width: '100%' }} />
        </Form.Item>
      </div>
      <Form.Item name="offered" label={t('offer')} extra={t('offerHint')} valuePropName="checked">
        <Switch />
      </Form.Item>
    </SaveForm>
  );
}
