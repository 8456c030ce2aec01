/** Writes a version: its data as JSON, beside it what differs and what is wrong, in its place. */

import { OwnerTemplateCreateDocument, OwnerTemplateDocument, OwnerTemplateEditDocument } from '@daiqu/client';
import { Empty, Failed, Loading, Page, Sheet, useAct, useLeaveGuard, useTell, useTexts } from '@daiqu/kit';
import { Alert, Button, Form, Input } from 'antd';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { useQuery } from 'urql';
import { oneLine } from '../../parts/line';
import { differences } from './differences';
import { KEY } from './from-tenant';
import { faultIn, placeOf } from './place';
import { texts } from './texts';
import { Change } from './versions';

const SHOWN = 40;
const BLANK = {
  title: { en: '', 'zh-Hans': '' },
  summary: { en: '', 'zh-Hans': '' },
  catalog: { categories: [] },
  pricing: { rules: [] },
};

function useTemplate(key: string | null) {
  const [{ data, error }, again] = useQuery({
    query: OwnerTemplateDocument,
    variables: { key: key ?? '' },
    pause: key === null,
    requestPolicy: 'cache-and-network',
  });
  return { template: data?.template, loaded: key === null || Boolean(data), error, again };
}

/** A new template: blank, or a copy of what `?from=` names. */
export function MakePage() {
  const [params] = useSearchParams();
  const from = params.get('from');
  const { template, loaded, error, again } = useTemplate(from);
  if (error && !loaded) return <Failed error={error} retry={() => again()} />;
  if (!loaded) return <Loading />;
  return <Editor template={null} begins={template?.versions[0]?.data ?? BLANK} />;
}

/** The next version of a template, from its newest or from the one that `?from=` names. */
export function EditPage() {
  const t = useTexts(texts);
  const { key = '' } = useParams();
  const [params] = useSearchParams();
  const { template, loaded, error, again } = useTemplate(key);
  if (error && !loaded) return <Failed error={error} retry={() => again()} />;
  if (!loaded) return <Loading />;
  const newest = template?.versions[0];
  if (!template || !newest) return <Empty title={t('gone')} />;
  const from = template.versions.find(({ number }) => String(number) === params.get('from')) ?? newest;
  return (
    <Editor
      key={newest.number}
      template={{ key, title: newest.title, number: newest.number, data: newest.data }}
      begins={from.data}
      onNewer={() => again({ requestPolicy: 'network-only' })}
    />
  );
}

interface EditorProps {
  /** The newest version, which this one follows; null for a new template. */
  template: { key: string; title: string; number: number; data: unknown } | null;
  begins: unknown;
  onNewer?: () => void;
}

interface Wrong {
  message: string;
  path?: string;
  /** Somebody else's version. */
  newer?: number;
}

function Editor({ template, begins, onNewer }: EditorProps) {
  const t = useTexts(texts);
  const tell = useTell();
  const go = useNavigate();
  const first = useMemo(() => JSON.stringify(begins, null, 2), [begins]);
  const [text, setText] = useState(first);
  const [key, setKey] = useState('');
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [kept, setKept] = useState(false);
  const area = useRef<{ resizableTextArea?: { textArea: HTMLTextAreaElement } }>(null);
  const [create, creating] = useAct(OwnerTemplateCreateDocument);
  const [edit, editing] = useAct(OwnerTemplateEditDocument);
  const read = useDeferredValue(text);
  const fault = useMemo(() => faultIn(read), [read]);
  const found = useMemo(
    () => (fault || !template ? [] : differences(template.data, JSON.parse(read))),
    [fault, read, template],
  );
  useLeaveGuard(!kept && (text !== first || note !== ''));

  function show(path: string) {
    const place = placeOf(text, path);
    const element = area.current?.resizableTextArea?.textArea;
    if (!place || !element) return;
    element.focus();
    element.setSelectionRange(place.start, place.end);
    element.scrollTop = Math.max(0, (place.line - 4) * 20);
  }

  async function save() {
    if (faultIn(text)) return;
    const data: unknown = JSON.parse(text);
    const outcome = template
      ? await edit({ input: { key: template.key, data, basedOn: template.number, note: oneLine(note) } }, { quiet: true })
      : await create({ input: { key, data, note: oneLine(note) } }, { quiet: true });
    if (!outcome) return;
    if ('failed' in outcome) return setWrong({ message: outcome.failed });
    if ('refused' in outcome) {
      const { code, message, path, number } = outcome.refused as typeof outcome.refused & {
        path?: string;
        number?: number;
      };
      setWrong({
        message: code === 'TEMPLATE_CHANGED' ? t('conflict', { number: number ?? 0 }) : message,
        ...(path !== undefined && { path }),
        ...(code === 'TEMPLATE_CHANGED' && number !== undefined && { newer: number }),
      });
      if (path !== undefined) show(path);
      return;
    }
    const { version } = outcome.done;
    setKept(true);
    tell.done(t('saved', { key: version.key, number: version.number }));
    setTimeout(() => void go(`/templates?open=${version.key}`)); // once the guard has heard of it
  }

  const place = wrong?.path === undefined ? null : placeOf(text, wrong.path);
  const title = template ? t('editing', { name: template.title, number: template.number + 1 }) : t('making');
  const ready = !fault && (template ? text !== first || found.length > 0 : KEY.test(key));
  return (
    <Page
      title={title}
      hint={t('editHint')}
      actions={
        <>
          <Link to="/templates">
            <Button>{t('back')}</Button>
          </Link>
          <Button type="primary" loading={creating || editing} disabled={!ready} onClick={() => void save()}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className="j-page">
        <Input.TextArea
          ref={area as never}
          className="j-text"
          aria-label={t('data')}
          aria-invalid={Boolean(fault || wrong)}
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setWrong(null);
          }}
        />
        <div className="j-side">
          {fault && <Alert type="error" showIcon role="alert" title={t('broken', { ...fault })} />}
          {wrong && (
            <Alert
              type="error"
              showIcon
              role="alert"
              title={wrong.message}
              description={
                <>
                  {wrong.path !== undefined && (
                    <p>
                      {place
                        ? t('atLine', { path: wrong.path, line: place.line })
                        : t('at', { path: wrong.path })}
                    </p>
                  )}
                  <div className="j-acts">
                    {place && wrong.path !== undefined && (
                      <Button size="small" onClick={() => show(wrong.path ?? '')}>
                        {t('show')}
                      </Button>
                    )}
                    {wrong.newer !== undefined && (
                      <Button size="small" onClick={onNewer}>
                        {t('theirs', { number: wrong.newer })}
                      </Button>
                    )}
                  </div>
                </>
              }
            />
          )}
          <Sheet>
            <Form layout="vertical">
              {!template && (
                <Form.Item
                  label={t('key')}
                  htmlFor="j-key"
                  required
                  extra={t('keyHint')}
                  {...(key && !KEY.test(key) && { validateStatus: 'error', help: t('keyBad') })}
                >
                  <Input
                    id="j-key"
                    autoComplete="off"
                    maxLength={40}
                    value={key}
                    onChange={(event) => setKey(event.target.value)}
                  />
                </Form.Item>
              )}
              <Form.Item label={t('note')} htmlFor="j-note" extra={t('noteHint')} className="j-last">
                <Input.TextArea
                  id="j-note"
                  rows={2}
                  maxLength={500}
                  value={note}
                  onChange={(event) => setNote(event.target.value)}
                />
              </Form.Item>
            </Form>
          </Sheet>
          {template && !fault && (
            <section className="j-changes" tabIndex={0} aria-label={t('against', { number: template.number })}>
              <h3>
                {t('against', { number: template.number })}
                {found.length > 0 && ` · ${t('changes', { count: found.length })}`}
              </h3>
              {found.length === 0 && <p className="k-quiet">{t('unchanged')}</p>}
              <ul>
                {found.slice(0, SHOWN).map((each) => (
                  <Change key={each.path} change={each} />
                ))}
              </ul>
              {found.length > SHOWN && <p className="k-quiet">{t('more', { count: found.length - SHOWN })}</p>}
            </section>
          )}
        </div>
      </div>
    </Page>
  );
}
