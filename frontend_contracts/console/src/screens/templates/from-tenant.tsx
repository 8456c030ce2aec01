/** What an operator has on sale, as a new template or as the next version of one. */

import { OwnerTemplateFromTenantDocument } from '@daiqu/client';
import { SaveForm, textsNeeded, TextsInput, useAct, useTexts, type BootText } from '@daiqu/kit';
import { Form, Input, Select } from 'antd';
import { oneLine } from '../../parts/line';
import { TenantPicker } from '../../parts/tenant-picker';
import { texts } from './texts';

const TONGUES = ['en', 'zh-Hans'];
const NEW = '+';
export const KEY = /^[a-z][a-z0-9_]{2,39}$/;

interface Values {
  tenantId: string | null;
  as: string;
  key: string;
  title: BootText[];
  summary: BootText[];
  note: string;
}

const INITIAL: Values = { tenantId: null, as: NEW, key: '', title: [], summary: [], note: '' };

interface FromTenantFormProps {
  templates: readonly { key: string; title: string; number: number }[];
  /** With the template's key, once it is made. */
  onDone: (key: string | null) => void;
}

export function FromTenantForm({ templates, onDone }: FromTenantFormProps) {
  const t = useTexts(texts);
  const [form] = Form.useForm<Values>();
  const as = Form.useWatch('as', form) ?? NEW;
  const [make] = useAct(OwnerTemplateFromTenantDocument);
  const keyOf = (values: Values) => (values.as === NEW ? values.key : values.as);
  return (
    <SaveForm<Values>
      form={form}
      initial={INITIAL}
      saveLabel={t('go')}
      save={(values) => {
        const based = templates.find(({ key }) => key === values.as);
        const words = based ? {} : { title: values.title, summary: values.summary };
        const input = {
          tenantId: values.tenantId ?? '',
          key: keyOf(values),
          basedOn: based?.number ?? null,
          note: oneLine(values.note ?? ''),
          ...words,
        };
        return make({ input }, { quiet: true });
      }}
      onSaved={(values) => onDone(keyOf(values))}
      onCancel={() => onDone(null)}
    >
      <p className="k-quiet k-gap-below">{t('fromHint')}</p>
      <Form.Item name="tenantId" label={t('operator')} rules={[{ required: true, message: t('operatorNeeded') }]}>
        <TenantPicker />
      </Form.Item>
      <Form.Item name="as" label={t('as')}>
        <Select
          options={[
            { value: NEW, label: t('asNew') },
            ...templates.map(({ key, title }) => ({ value: key, label: t('asNext', { name: title }) })),
          ]}
        />
      </Form.Item>
      {as === NEW && (
        <>
          <Form.Item
            name="key"
            label={t('key')}
            extra={t('keyHint')}
            rules={[{ required: true, pattern: KEY, message: t('keyBad') }]}
          >
            <Input autoComplete="off" maxLength={40} />
          </Form.Item>
          <Form.Item name="title" label={t('heading')} required rules={[textsNeeded('en', t('headingNeeded'))]}>
            <TextsInput languages={TONGUES} maxLength={80} />
          </Form.Item>
          <Form.Item name="summary" label={t('summary')} required rules={[textsNeeded('en', t('headingNeeded'))]}>
            <TextsInput languages={TONGUES} maxLength={200} />
          </Form.Item>
        </>
      )}
      <Form.Item name="note" label={t('note')} extra={t('noteHint')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </SaveForm>
  );
}
