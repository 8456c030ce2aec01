/** The brand: tried on the page itself before anybody else sees it. */

import { OperatorBrandSettingsDocument, OperatorBrandUpdateDocument, type OperatorBrandFragment } from '@daiqu/client';
import {
  BrandPreview,
  brandTry,
  brandWear,
  contrast,
  darkened,
  Failed,
  Loading,
  Page,
  SaveForm,
  Sheet,
  textsNeeded,
  TextsInput,
  useAct,
  useBrand,
  useTexts,
  type BootText,
} from '@daiqu/kit';
import { ColorPicker, Form, Input, Upload, Button } from 'antd';
import { UploadOutlined } from '@ant-design/icons';
import { useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { PauseSheet } from './pause';
import { texts } from './texts';
import './brand.css';

const LOGO_BYTES = 2_000_000;
const LOGO_TYPES = ['image/jpeg', 'image/png', 'image/webp'];

interface Values {
  name: BootText[];
  slogan: BootText[];
  primaryColor: string;
  accentColor: string;
  supportPhone: string;
}

export default function BrandView() {
  const t = useTexts(texts);
  const shown = useBrand();
  const [{ data, error }, again] = useQuery({ query: OperatorBrandSettingsDocument, requestPolicy: 'cache-and-network' });
  useEffect(() => () => brandTry(null), []);
  return (
    <Page title={t('title')} hint={t('hint')}>
      {error && !data && <Failed error={error} retry={() => again({ requestPolicy: 'network-only' })} />}
      {!data && !error && <Loading rows={10} />}
      {data && (
        <div className="b-columns">
          <Sheet>
            <BrandForm brand={data.brand} />
          </Sheet>
          <div className="k-stack b-side">
            <Sheet title={t('preview')}>
              <BrandPreview brand={shown} />
            </Sheet>
            <PauseSheet brand={data.brand} onChanged={() => again({ requestPolicy: 'network-only' })} />
          </div>
        </div>
      )}
    </Page>
  );
}

const plain = (words: readonly { language: string; text: string }[]): BootText[] =>
  words.map(({ language, text }) => ({ language, text }));

function BrandForm({ brand }: { brand: OperatorBrandFragment }) {
  const t = useTexts(texts);
  const [update] = useAct(OperatorBrandUpdateDocument);
  const [form] = Form.useForm<Values>();
  const [logo, setLogo] = useState<File>();
  const [fault, setFault] = useState<string>();
  const shownLogo = useMemo(() => (logo ? URL.createObjectURL(logo) : undefined), [logo]);
  const primary = Form.useWatch('primaryColor', form) ?? brand.primaryColor;
  const ratio = contrast(primary, '#ffffff');

  const wear = (values: Values, logoUrl?: string) => ({
    names: values.name,
    slogans: values.slogan,
    primaryColor: values.primaryColor,
    accentColor: values.accentColor,
    ...(logoUrl && { logoUrl }),
  });

  return (
    <SaveForm<Values>
      form={form}
      initial={{
        name: plain(brand.names),
        slogan: plain(brand.slogans),
        primaryColor: brand.primaryColor,
        accentColor: brand.accentColor,
        supportPhone: brand.supportPhone,
      }}
      savedText={t('saved')}
      onValues={(values) => brandTry(wear(values, shownLogo))}
      save={async (values) => {
        const outcome = await update({ input: { ...values, ...(logo && { logo }) } }, { quiet: true });
        if (outcome && 'done' in outcome) {
          brandTry(null);
          brandWear({ ...wear(values), logoUrl: outcome.done.brand.logoUrl ?? null });
          setLogo(undefined);
        }
        return outcome;
      }}
    >
      <h2 className="b-head">{t('identity')}</h2>
      <Form.Item name="name" label={t('name')} rules={[textsNeeded(brand.language, t('nameNeeded'))]} required>
        <TextsInput maxLength={60} />
      </Form.Item>
      <Form.Item name="slogan" label={t('slogan')}>
        <TextsInput maxLength={120} />
      </Form.Item>
      <Form.Item label={t('logo')} extra={t('logoHint')} help={fault} validateStatus={fault ? 'error' : ''}>
        <span className="k-row">
          {(shownLogo ?? brand.logoUrl) && <img className="b-logo" src={shownLogo ?? brand.logoUrl ?? ''} alt={t('logo')} />}
          <Upload
            accept={LOGO_TYPES.join()}
            showUploadList={false}
            beforeUpload={(file) => {
              const size = file.size / 1_000_000;
              if (!LOGO_TYPES.includes(file.type)) setFault(t('wrongType'));
              else if (file.size > LOGO_BYTES) setFault(t('tooBig', { size: size.toFixed(1) }));
              else {
                setFault(undefined);
                setLogo(file);
                brandTry(wear(form.getFieldsValue(true) as Values, URL.createObjectURL(file)));
              }
              return false; // it goes with the form
            }}
          >
            <Button icon={<UploadOutlined />}>{t('logoPick')}</Button>
          </Upload>
        </span>
      </Form.Item>

      <h2 className="b-head">{t('colors')}</h2>
      <div className="b-pair">
        <Form.Item name="primaryColor" label={t('primary')} getValueFromEvent={(color: { toHexString(): string }) => color.toHexString().slice(0, 7)}>
          <ColorPicker showText disabledAlpha format="hex" disabledFormat />
        </Form.Item>
        <Form.Item name="accentColor" label={t('accent')} getValueFromEvent={(color: { toHexString(): string }) => color.toHexString().slice(0, 7)}>
          <ColorPicker showText disabledAlpha format="hex" disabledFormat />
        </Form.Item>
      </div>
      <p className="k-quiet b-contrast" role="status">
        {ratio >= 4.5
          ? t('contrastGood')
          : t('contrastLow', { ratio: ratio.toFixed(1), color: darkened(primary, '#ffffff') })}
      </p>

      <h2 className="b-head">{t('contact')}</h2>
      <Form.Item name="supportPhone" label={t('phone')}>
        <Input type="tel" maxLength={20} autoComplete="off" className="b-phone" />
      </Form.Item>
    </SaveForm>
  );
}
