/** A new announcement: what about, in both languages, for whom and for how long. */

import { OwnerAnnouncementPublishDocument, type AnnouncementKind } from '@daiqu/client';
import { SaveForm, textsNeeded, TextsInput, useAct, useTexts, type BootText } from '@daiqu/kit';
import { DatePicker, Form, Radio, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { oneLine } from '../../parts/line';
import { instantOf } from './state';
import { texts } from './texts';

const KINDS: readonly AnnouncementKind[] = ['NEWS', 'MAINTENANCE', 'INCIDENT'];
const TONGUES = ['en', 'zh-Hans'];

interface Values {
  kind: AnnouncementKind;
  title: BootText[];
  body: BootText[];
  plans: string[];
  startsAt: Dayjs | null;
  endsAt: Dayjs | null;
}

const INITIAL: Values = { kind: 'NEWS', title: [], body: [], plans: [], startsAt: null, endsAt: null };

interface PublishFormProps {
  plans: readonly { key: string; name: string }[];
  onDone: (published: boolean) => void;
}

export function PublishForm({ plans, onDone }: PublishFormProps) {
  const t = useTexts(texts);
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch('kind', form) ?? INITIAL.kind;
  const [publish] = useAct(OwnerAnnouncementPublishDocument);
  return (
    <SaveForm<Values>
      form={form}
      initial={INITIAL}
      saveLabel={t('go')}
      savedText={t('published')}
      save={({ startsAt, endsAt, ...values }) => {
        const news = values.kind === 'NEWS';
        const input = {
          ...values,
          body: values.body.map((each) => ({ ...each, text: oneLine(each.text) })),
          plans: news ? (values.plans ?? []) : [],
          startsAt: instantOf(startsAt),
          endsAt: instantOf(endsAt),
        };
        return publish({ input }, { quiet: true });
      }}
      onSaved={() => onDone(true)}
      onCancel={() => onDone(false)}
    >
      <Form.Item name="kind" label={t('kind')}>
        <Radio.Group optionType="button" options={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))} />
      </Form.Item>
      <Form.Item name="title" label={t('heading')} required rules={[textsNeeded('en', t('titleNeeded'))]}>
        <TextsInput languages={TONGUES} maxLength={120} />
      </Form.Item>
      <Form.Item name="body" label={t('body')} required rules={[textsNeeded('en', t('bodyNeeded'))]}>
        <TextsInput languages={TONGUES} rows={3} maxLength={2000} />
      </Form.Item>
      {kind === 'NEWS' && (
        <Form.Item name="plans" label={t('plans')} extra={t('plansHint')}>
          <Select mode="multiple" options={plans.map(({ key, name }) => ({ value: key, label: name }))} />
        </Form.Item>
      )}
      <div className="p-pair">
        <Form.Item name="startsAt" label={t('startsAt')} extra={t('startsHint')}>
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item
          name="endsAt"
          label={t('endsAt')}
          extra={t('endsHint')}
          dependencies={['startsAt']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value: Dayjs | null) => {
                const begins = getFieldValue('startsAt') as Dayjs | null;
                return !value || !begins || value.isAfter(begins)
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('endsLater')));
              },
            }),
          ]}
        >
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} />
        </Form.Item>
      </div>
    </SaveForm>
  );
}
