/** The operator's languages and region, and what customers cannot read yet. */

import { OperatorBrandUpdateDocument, OperatorLanguagesDocument, type OperatorLanguagesQuery } from '@daiqu/client';
import {
  brandWear,
  Empty,
  Failed,
  Loading,
  Page,
  SaveForm,
  Sheet,
  useAct,
  useFormat,
  useLanguage,
  useTexts,
} from '@daiqu/kit';
import { Button, Form, Segmented, Select } from 'antd';
import { CheckCircleOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { counted, grouped, pageOf, type Gap, type Group } from './gaps';
import { texts } from './texts';
import './languages.css';

/** Languages to write in; the API takes any, these are what operators have asked for. */
const TONGUES = ['zh-Hans', 'zh-Hant', 'en', 'ja', 'ko', 'vi', 'th', 'id', 'ms', 'fr', 'de', 'es', 'pt', 'ru', 'ar'];
/** The most that the server tells. */
const MOST = 200;
const SHOWN = 6;

interface Values {
  language: string;
  moreLanguages: string[];
  timeZone: string;
}

export default function LanguagesView() {
  const t = useTexts(texts);
  const [{ data, error }, again] = useQuery({ query: OperatorLanguagesDocument, requestPolicy: 'cache-and-network' });
  const fresh = () => again({ requestPolicy: 'network-only' });
  return (
    <Page title={t('title')} hint={t('hint')}>
      {error && !data && <Failed error={error} retry={fresh} />}
      {!data && !error && <Loading rows={10} />}
      {data && (
        <div className="l-columns">
          <Sheet>
            <Region brand={data.brand} onSaved={fresh} />
          </Sheet>
          <Gaps gaps={data.untranslated} languages={[data.brand.language, ...data.brand.moreLanguages]} />
        </div>
      )}
    </Page>
  );
}

function useNames(): (tag: string) => string {
  const names = new Intl.DisplayNames([useLanguage()], { type: 'language' });
  return (tag) => names.of(tag) ?? tag;
}

function Region({ brand, onSaved }: { brand: OperatorLanguagesQuery['brand']; onSaved: () => void }) {
  const t = useTexts(texts);
  const reader = useLanguage();
  const nameOf = useNames();
  const [update] = useAct(OperatorBrandUpdateDocument);
  const [form] = Form.useForm<Values>();
  const language = Form.useWatch('language', form) ?? brand.language;
  const zone = Form.useWatch('timeZone', form) ?? brand.timeZone;
  const now = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format();
  const known = [...new Set([...TONGUES, brand.language, ...brand.moreLanguages])];
  const tongues = known.map((value) => ({ value, label: nameOf(value) }));
  const currency = new Intl.DisplayNames([reader], { type: 'currency' }).of(brand.currency);
  return (
    <SaveForm<Values>
      form={form}
      initial={{ language: brand.language, moreLanguages: [...brand.moreLanguages], timeZone: brand.timeZone }}
      savedText={t('saved')}
      save={async (values) => {
        const outcome = await update({ input: values }, { quiet: true });
        if (outcome && 'done' in outcome) {
          const { language: own, moreLanguages, timeZone } = outcome.done.brand;
          brandWear({ language: own, moreLanguages, timeZone });
        }
        return outcome;
      }}
      onSaved={onSaved}
    >
      <h2 className="l-head">{t('languages')}</h2>
      <Form.Item name="language" label={t('language')} extra={t('languageHint')}>
        <Select showSearch={{ optionFilterProp: 'label' }} options={tongues} />
      </Form.Item>
      <Form.Item name="moreLanguages" label={t('more')} extra={t('moreHint')}>
        <Select
          mode="multiple"
          maxCount={10}
          showSearch={{ optionFilterProp: 'label' }}
          options={tongues.filter(({ value }) => value !== language)}
        />
      </Form.Item>
      <h2 className="l-head">{t('region')}</h2>
      <Form.Item name="timeZone" label={t('timeZone')} extra={t('timeZoneHint', { now })}>
        <Select
          showSearch
          options={Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
        />
      </Form.Item>
      <dl>
        <div className="l-fact">
          <dt>{t('currency')}</dt>
          <dd>
            {currency} ({brand.currency})
          </dd>
          <dd className="k-quiet">{t('currencyHint')}</dd>
        </div>
      </dl>
    </SaveForm>
  );
}

function Gaps({ gaps, languages }: { gaps: readonly Gap[]; languages: readonly string[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = useNames();
  const [asked, setAsked] = useState('');
  const counts = counted(gaps, languages);
  const language = counts.some(([tag]) => tag === asked) ? asked : '';
  const title = gaps.length >= MOST ? t('most', { count: MOST }) : t('some', { count: gaps.length });
  if (gaps.length === 0) {
    return (
      <Sheet title={t('gaps')} flush>
        <Empty icon={<CheckCircleOutlined />} title={t('complete')} hint={t(languages.length > 1 ? 'completeHint' : 'oneHint')} />
      </Sheet>
    );
  }
  return (
    <Sheet title={t('gaps')} extra={<span className="k-quiet">{title}</span>} flush>
      {counts.length > 1 && (
        <div className="l-filter">
          <Segmented
            aria-label={t('languages')}
            value={language}
            onChange={setAsked}
            options={[
              { value: '', label: t('all') },
              ...counts.map(([tag, count]) => ({ value: tag, label: `${nameOf(tag)} ${format.number(count)}` })),
            ]}
          />
        </div>
      )}
      {grouped(gaps, language || null).map((group) => (
        <Kind key={`${group.kind}${language}`} group={group} />
      ))}
      <p className="k-quiet l-group l-note">{t('draft')}</p>
    </Sheet>
  );
}

function Kind({ group: { kind, gaps } }: { group: Group }) {
  const t = useTexts(texts);
  const format = useFormat();
  const reader = useLanguage();
  const nameOf = useNames();
  const [all, setAll] = useState(false);
  const shown = all ? gaps : gaps.slice(0, SHOWN);
  const list = new Intl.ListFormat(reader, { type: 'conjunction' });
  return (
    <section className="l-group">
      <h3>
        {t(`kind.${kind}`)} <span className="k-quiet">{format.number(gaps.length)}</span>
      </h3>
      <ul>
        {shown.map((gap) => (
          <li key={gap.subjectId ?? kind} className="l-gap">
            <Link to={pageOf(gap)}>
              {kind === 'BRAND' ? t('brandTexts') : gap.name}
              {gap.serviceName && <small> · {gap.serviceName}</small>}
            </Link>
            <span className="k-quiet">{t('lacks', { languages: list.format(gap.languages.map(nameOf)) })}</span>
          </li>
        ))}
      </ul>
      {gaps.length > shown.length && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {t('others', { count: gaps.length - shown.length })}
        </Button>
      )}
    </section>
  );
}
