/** A notice and how it will look, in each language. */

import {
  OperatorBulletinRemoveDocument,
  OperatorBulletinSaveDocument,
  type BulletinAudience,
  type OperatorBulletinsKeptQuery,
} from '@daiqu/client';
import {
  SaveForm,
  textIn,
  textsNeeded,
  TextsInput,
  useAct,
  useBrand,
  useConfirm,
  useFormat,
  useLanguage,
  useTexts,
  type BootText,
} from '@daiqu/kit';
import { PushpinFilled } from '@ant-design/icons';
import { Button, Form, Input, Radio, Segmented, Switch } from 'antd';
import { useState } from 'react';
import { instantAt, localOf, standingOf, timesWrong } from './standing';
import { texts } from './texts';

export type Bulletin = OperatorBulletinsKeptQuery['bulletinsKept'][number];

interface Values {
  title: BootText[];
  text: BootText[];
  audience: BulletinAudience;
  pinned: boolean;
  shownFrom: string;
  shownUntil: string;
}

const AUDIENCES: readonly BulletinAudience[] = ['EVERYBODY', 'CUSTOMERS', 'COURIERS'];

const plain = (words: readonly BootText[]): BootText[] => words.map(({ language, text }) => ({ language, text }));

interface NoticeProps {
  bulletin: Bulletin | null;
  onChanged: () => void;
  onClose: () => void;
}

export function NoticeEditor({ bulletin, onChanged, onClose }: NoticeProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const brand = useBrand();
  const confirm = useConfirm();
  const [save] = useAct(OperatorBulletinSaveDocument);
  const [remove, removing] = useAct(OperatorBulletinRemoveDocument);
  const { zone } = format;
  const [initial] = useState<Values>(() => ({
    title: plain(bulletin?.titles ?? []),
    text: plain(bulletin?.texts ?? []),
    audience: bulletin?.audience ?? 'EVERYBODY',
    pinned: bulletin?.pinned ?? false,
    shownFrom: localOf(bulletin?.shownFrom, zone),
    shownUntil: localOf(bulletin?.shownUntil, zone),
  }));
  const [form] = Form.useForm<Values>();
  const [values, setValues] = useState(initial);
  const from = instantAt(values.shownFrom, zone);
  const later = from !== null && Date.parse(from) > Date.now();
  const over = bulletin && standingOf(bulletin, Date.now()) === 'OVER';

  async function takeDown() {
    if (!bulletin) return;
    const name = bulletin.title;
    const question = { title: t('askRemove', { name }), hint: t('askRemoveHint'), ok: t('remove'), danger: true };
    if (!(await confirm(question))) return;
    const outcome = await remove({ input: { bulletinId: bulletin.id } }, { done: t('didRemove', { name }) });
    if (!outcome || !('done' in outcome)) return;
    onChanged();
    onClose();
  }

  return (
    <>
      <Preview values={values} />
      <SaveForm<Values>
        form={form}
        initial={initial}
        onValues={setValues}
        saveLabel={bulletin ? t('save') : t(later ? 'plan' : 'announce')}
        savedText={bulletin ? t('saved') : later && from ? t('planned', { at: format.moment(from) }) : t('announced')}
        save={({ shownFrom, shownUntil, ...rest }) =>
          save(
            {
              input: {
                ...rest,
                id: bulletin?.id ?? null,
                shownFrom: instantAt(shownFrom, zone),
                shownUntil: instantAt(shownUntil, zone),
              },
            },
            { quiet: true },
          )
        }
        onSaved={() => {
          onChanged();
          onClose();
        }}
        onCancel={onClose}
      >
        <Form.Item name="title" label={t('name')} required rules={[textsNeeded(brand.language, t('nameNeeded'))]}>
          <TextsInput maxLength={80} />
        </Form.Item>
        <Form.Item name="text" label={t('text')}>
          <TextsInput rows={3} maxLength={2000} />
        </Form.Item>
        <Form.Item name="audience" label={t('audience')} extra={t(`audienceHint.${values.audience}`)}>
          <Radio.Group
            optionType="button"
            options={AUDIENCES.map((value) => ({ value, label: t(`audiences.${value}`) }))}
          />
        </Form.Item>
        <label className="n-switch">
          <Form.Item name="pinned" valuePropName="checked" noStyle>
            <Switch size="small" />
          </Form.Item>
          {t('pinned')}
        </label>
        <div className="n-pair">
          <Form.Item name="shownFrom" label={t('from')} extra={bulletin ? undefined : t('fromHint')}>
            <Input type="datetime-local" />
          </Form.Item>
          <Form.Item
            name="shownUntil"
            label={t('until')}
            extra={t('untilHint', { zone: zone.replaceAll('_', ' ') })}
            dependencies={['shownFrom']}
            rules={[
              ({ getFieldValue }) => ({
                validator(_, until: string) {
                  const wrong = timesWrong(getFieldValue('shownFrom') as string, until, zone, Date.now());
                  // One that is over may be put right otherwise without being shown again.
                  if (!wrong || (over && until === initial.shownUntil)) return Promise.resolve();
                  return Promise.reject(new Error(t(wrong)));
                },
              }),
            ]}
          >
            <Input type="datetime-local" />
          </Form.Item>
        </div>
      </SaveForm>
      {bulletin && (
        <Button className="k-gap-above" danger type="text" loading={removing} onClick={() => void takeDown()}>
          {t('remove')}
        </Button>
      )}
    </>
  );
}

function Preview({ values }: { values: Values }) {
  const t = useTexts(texts);
  const brand = useBrand();
  const reader = useLanguage();
  const format = useFormat();
  const tags = [brand.language, ...brand.moreLanguages];
  const [asked, setAsked] = useState(tags.includes(reader) ? reader : brand.language);
  const names = new Intl.DisplayNames([reader], { type: 'language' });
  const title = textIn(values.title, asked, brand.language);
  const text = textIn(values.text, asked, brand.language);
  const from = instantAt(values.shownFrom, format.zone) ?? new Date().toISOString();
  return (
    <section className="n-preview" aria-label={t('preview')}>
      <header>
        {t('preview')}
        {tags.length > 1 && (
          <Segmented
            size="small"
            aria-label={t('previewIn')}
            value={asked}
            onChange={setAsked}
            options={tags.map((value) => ({ value, label: names.of(value) ?? value }))}
          />
        )}
      </header>
      <article className="n-phone" lang={asked}>
        <h3 className={title ? undefined : 'k-quiet'}>
          {values.pinned && <PushpinFilled className="n-pin" aria-label={t('pinnedShort')} />}
          {title || t('untitled')}
        </h3>
        {text && <p>{text}</p>}
        <footer>
          <span>{format.day(from)}</span>
          <span>{t(`audiences.${values.audience}`)}</span>
        </footer>
      </article>
    </section>
  );
}
