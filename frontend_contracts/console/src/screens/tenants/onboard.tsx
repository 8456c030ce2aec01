/** A new operator in one form, with its look beside it: live as soon as it is sent. */

import { OwnerOnboardingDocument, OwnerTenantOnboardDocument } from '@daiqu/client';
import {
  boot,
  BrandPreview,
  Failed,
  fieldOf,
  Loading,
  newKey,
  SaveForm,
  useAct,
  useLanguage,
  useTexts,
  type Brand,
} from '@daiqu/kit';
import { Button, ColorPicker, Form, Input, Result, Select } from 'antd';
import { LinkOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useQuery } from 'urql';
import { InvitationLink } from './invitation-link';
import { texts } from './texts';

interface Values {
  nameZh: string;
  nameEn: string;
  slug: string;
  template: string;
  language: string;
  currency: string;
  timeZone: string;
  primaryColor: string;
  accentColor: string;
  person: string;
  email: string;
}

interface Taken {
  name: string;
  person: string;
  host: string;
  invitation: string;
  seconds: string;
}

/** Each with what it usually sells in, and when. */
const REGIONS: Record<string, [currency: string, timeZone: string]> = {
  'zh-Hans': ['CNY', 'Asia/Shanghai'],
  en: ['GBP', 'Europe/London'],
};
const CURRENCIES = ['CNY', 'GBP', 'EUR', 'USD', 'HKD', 'TWD', 'SGD', 'MYR', 'JPY', 'KRW', 'AUD', 'CAD', 'THB', 'VND'];
const SLUG = /^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/;

const INITIAL: Values = {
  nameZh: '',
  nameEn: '',
  slug: '',
  template: undefined as unknown as string,
  language: 'zh-Hans',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  primaryColor: '#1677ff',
  accentColor: '#fa8c16',
  person: '',
  email: '',
};

const hexOf = (color: { toHexString(): string }) => color.toHexString().slice(0, 7);

export function Onboard({ onTaken }: { onTaken: () => void }) {
  const [round, setRound] = useState(0);
  return <OnboardForm key={round} onTaken={onTaken} again={() => setRound((n) => n + 1)} />;
}

function OnboardForm({ onTaken, again }: { onTaken: () => void; again: () => void }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const [key] = useState(newKey);
  const [form] = Form.useForm<Values>();
  const [values, setValues] = useState(INITIAL);
  const [taken, setTaken] = useState<Taken>();
  const [onboard] = useAct(OwnerTenantOnboardDocument);
  const [{ data, error }, retry] = useQuery({ query: OwnerOnboardingDocument });
  if (error && !data) return <Failed error={error} retry={() => retry({ requestPolicy: 'network-only' })} />;
  if (!data) return <Loading />;
  if (taken) return <Done taken={taken} again={again} />;

  const names = [
    ...(values.nameZh.trim() ? [{ language: 'zh-Hans', text: values.nameZh.trim() }] : []),
    ...(values.nameEn.trim() ? [{ language: 'en', text: values.nameEn.trim() }] : []),
  ];
  const look: Brand = {
    ...boot.brand,
    name: names[0]?.text ?? '…',
    names: names.length ? names : [{ language: 'en', text: '…' }],
    slogans: [],
    primaryColor: values.primaryColor,
    accentColor: values.accentColor,
    language: values.language,
    currency: values.currency,
    logoUrl: null,
  };
  const own = { 'zh-Hans': 'nameZh', en: 'nameEn' }[values.language];
  const suffix = location.host.split('.').slice(1).join('.');
  const tongues = new Intl.DisplayNames([language], { type: 'language' });
  const money = new Intl.DisplayNames([language], { type: 'currency' });

  async function send(sent: Values) {
    const began = performance.now();
    const name = (sent.language === 'en' ? sent.nameEn : sent.nameZh).trim();
    const outcome = await onboard(
      {
        input: {
          name,
          slug: sent.slug,
          template: sent.template,
          brand: {
            name: names,
            primaryColor: sent.primaryColor,
            accentColor: sent.accentColor,
            language: sent.language,
            currency: sent.currency,
            timeZone: sent.timeZone,
          },
          administrator: { name: sent.person.trim(), email: sent.email.trim() },
          idempotencyKey: key,
        },
      },
      { quiet: true },
    );
    if (outcome && 'done' in outcome) {
      setTaken({
        name,
        person: sent.person.trim(),
        host: outcome.done.tenant.host,
        invitation: outcome.done.invitationUrl,
        seconds: ((performance.now() - began) / 1000).toFixed(1),
      });
      onTaken();
    }
    if (outcome && 'refused' in outcome && !fieldOf(outcome.refused.field ?? '', Object.keys(sent))) {
      // The server says `administrator.email`, `brand.name` or nothing: show it where it is written.
      const at = FIELDS.find(([what]) => (outcome.refused.field ?? outcome.refused.code).toLowerCase().includes(what));
      if (at) outcome.refused.field = at[1];
    }
    return outcome;
  }

  const colour = (
    <ColorPicker showText disabledAlpha format="hex" disabledFormat />
  );
  return (
    <SaveForm<Values>
      form={form}
      initial={INITIAL}
      saveLabel={t('new.go')}
      savedText={t('new.taken')}
      save={send}
      onValues={(next) => {
        const region = REGIONS[next.language];
        if (next.language !== values.language && region) {
          form.setFieldsValue({ currency: region[0], timeZone: region[1] });
          next = { ...next, currency: region[0], timeZone: region[1] };
        }
        if (next.nameEn !== values.nameEn && (values.slug === '' || values.slug === slugOf(values.nameEn))) {
          form.setFieldsValue({ slug: slugOf(next.nameEn) });
          next = { ...next, slug: slugOf(next.nameEn) };
        }
        setValues(next);
      }}
    >
      <h3 className="n-head">{t('new.business')}</h3>
      <div className="n-pair">
        <Form.Item name="language" label={t('new.language')}>
          <Select options={Object.keys(REGIONS).map((value) => ({ value, label: tongues.of(value) ?? value }))} />
        </Form.Item>
        <Form.Item name="template" label={t('new.template')} rules={[{ required: true, message: t('new.templateNeeded') }]}>
          <Select options={data.templates.map((template) => ({ value: template.key, label: template.title, title: template.summary }))} />
        </Form.Item>
        <Form.Item name="nameZh" label={t('new.nameZh')} rules={own === 'nameZh' ? [{ required: true, whitespace: true, message: t('new.oneName') }] : []}>
          <Input maxLength={60} lang="zh-Hans" autoComplete="off" />
        </Form.Item>
        <Form.Item name="nameEn" label={t('new.nameEn')} rules={own === 'nameEn' ? [{ required: true, whitespace: true, message: t('new.oneName') }] : []}>
          <Input maxLength={60} lang="en" autoComplete="off" />
        </Form.Item>
      </div>
      <Form.Item
        name="slug"
        label={t('new.slug')}
        extra={t('new.slugHint', { host: `${values.slug || '…'}.${suffix}` })}
        rules={[{ required: true, pattern: SLUG, message: t('new.slugNeeded') }]}
      >
        <Input maxLength={63} autoComplete="off" spellCheck={false} />
      </Form.Item>
      <div className="n-pair">
        <Form.Item name="currency" label={t('new.currency')}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={CURRENCIES.map((value) => ({ value, label: `${value} · ${money.of(value)}` }))} />
        </Form.Item>
        <Form.Item name="timeZone" label={t('new.timeZone')}>
          <Select showSearch options={Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value.replaceAll('_', ' ') }))} />
        </Form.Item>
      </div>
      <h3 className="n-head">{t('new.look')}</h3>
      <div className="n-look">
        <div>
          <Form.Item name="primaryColor" label={t('new.primary')} getValueFromEvent={hexOf}>
            {colour}
          </Form.Item>
          <Form.Item name="accentColor" label={t('new.accent')} getValueFromEvent={hexOf}>
            {colour}
          </Form.Item>
        </div>
        <BrandPreview brand={look} />
      </div>
      <h3 className="n-head">{t('new.administrator')}</h3>
      <div className="n-pair">
        <Form.Item name="person" label={t('new.person')} rules={[{ required: true, whitespace: true, message: t('new.personNeeded') }]}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item name="email" label={t('new.email')} rules={[{ required: true, type: 'email', message: t('new.emailNeeded') }]}>
          <Input type="email" maxLength={254} autoComplete="off" />
        </Form.Item>
      </div>
    </SaveForm>
  );
}

/** Parts of the input, and codes, by the form's own fields; the first that fits. */
const FIELDS: readonly (readonly [string, keyof Values])[] = [
  ['email', 'email'],
  ['administrator', 'person'],
  ['slug', 'slug'],
  ['timezone', 'timeZone'],
  ['currency', 'currency'],
  ['primarycolor', 'primaryColor'],
  ['accentcolor', 'accentColor'],
  ['template', 'template'],
  ['name', 'nameZh'],
];

/** What an English name suggests for the address. */
function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63);
}

function Done({ taken, again }: { taken: Taken; again: () => void }) {
  const t = useTexts(texts);
  const port = location.port ? `:${location.port}` : '';
  return (
    <Result
      status="success"
      title={t('new.live', { name: taken.name, seconds: taken.seconds })}
      subTitle={t('new.invitation', { person: taken.person })}
      extra={
        <InvitationLink link={taken.invitation}>
          <Button icon={<LinkOutlined />} href={`${location.protocol}//${taken.host}${port}/panel`} target="_blank">
            {t('new.visit', { host: taken.host })}
          </Button>
          <Button onClick={again}>{t('new.another')}</Button>
        </InvitationLink>
      }
    />
  );
}
