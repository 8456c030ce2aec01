/** Who did what to the platform and its operators, the newest first. */

import { OwnerOwnerActionsDocument, type OwnerOwnerActionsQuery } from '@daiqu/client';
import {
  AddressDrawer,
  detailName,
  detailsOf,
  detailValue,
  Empty,
  Facts,
  List,
  Loading,
  Opener,
  Page,
  plainValue,
  useAddress,
  useFormat,
  useLanguage,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TenantLink } from '../../parts/tenant-link';
import { TenantPicker } from '../../parts/tenant-picker';
import '../../parts/parts.css';
import { texts as tenantTexts } from '../tenants/texts';
import { actionsOf, KINDS, sentenceOf, spanOf, type Kind } from './action';
import { FACTS } from './facts';
import { texts } from './texts';

type Line = OwnerOwnerActionsQuery['ownerActions']['edges'][number]['node'] & { id: string };

/** A line has no id of its own: its place in the log is one. */
const linesOf = ({ ownerActions }: OwnerOwnerActionsQuery) => ({
  ...ownerActions,
  edges: ownerActions.edges.map(({ node }) => ({
    node: { ...node, id: `${node.at} ${node.action} ${node.tenant?.slug ?? ''}` },
  })),
});

const SYSTEM = 'system';

export default function AuditView() {
  const t = useTexts(texts);
  const { i18n } = useTranslation();
  const state = useTexts(tenantTexts);
  const language = useLanguage();
  const format = useFormat();
  const [values] = useAddress();
  const [data, setData] = useState<OwnerOwnerActionsQuery>();
  const onData = useCallback((next: OwnerOwnerActionsQuery) => setData(next), []);
  const opened = data && linesOf(data).edges.find(({ node }) => node.id === values['open'])?.node;

  /** What a plan is called, where a line names one by its key. */
  const planOf = (name: string, value: unknown): string | undefined =>
    ['plan', 'before', 'after'].includes(name) ? data?.plans.find(({ key }) => key === value)?.name : undefined;
  /** A value of a line in words, by what it is of. */
  const tell = (value: string | number | boolean | null, name: string): string => {
    const standing = `states.${String(value).toUpperCase()}`;
    const isStanding = name === 'before' || name === 'after';
    const plan = planOf(name, value);
    if (plan !== undefined) return plan;
    if (isStanding && i18n.exists(standing, { ns: tenantTexts.namespace })) return state(standing as 'states.TRIAL');
    const news = `news.${String(value)}`;
    if (name === 'kind' && i18n.exists(news, { ns: texts.namespace })) return t(news as 'news.news');
    if (typeof value === 'number') return format.number(value);
    return plainValue(value, { yes: t('yes'), no: t('no') });
  };
  const factsOf = (line: Line) =>
    detailsOf(line.data).map((each) => [detailName(each, FACTS, language), detailValue(each, tell)] as const);
  const factsIn = (line: Line) => (line.data ?? {}) as Readonly<Record<string, unknown>>;
  /** In words, or by its name where there are none yet. */
  const said = (line: Line) => {
    const facts = factsIn(line);
    const key = `did.${sentenceOf(line.action, facts)}`;
    if (!i18n.exists(key, { ns: texts.namespace })) return line.action;
    const kind = String(facts['kind'] ?? '');
    const words = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, planOf(name, value) ?? String(value)]));
    return t(key as Parameters<typeof t>[0], {
      ...words,
      tenant: line.tenant?.name ?? t('none'),
      kind: i18n.exists(`news.${kind}`, { ns: texts.namespace }) ? t(`news.${kind}` as 'news.news') : kind,
    });
  };
  const who = (line: Line) => line.owner?.name ?? <span className="k-quiet">{t('system')}</span>;

  const columns: Column<Line>[] = [
    {
      key: 'at',
      title: t('at'),
      width: 180,
      render: (row) => <span className="k-nowrap">{format.instant(row.at)}</span>,
    },
    { key: 'who', title: t('who'), width: 170, render: who },
    { key: 'what', title: t('what'), render: (row) => <Opener id={row.id}>{said(row)}</Opener> },
    {
      key: 'operator',
      title: t('operator'),
      from: 'md',
      render: (row) => (row.tenant ? <TenantLink tenant={row.tenant} /> : <span className="k-quiet">{t('none')}</span>),
    },
  ];
  const owners = data?.owners ?? [];
  return (
    <Page title={t('title')} hint={t('hint')}>
      <List
        name="console-audit"
        document={OwnerOwnerActionsDocument}
        variables={(what) => ({
          tenantId: what['tenant'] ?? null,
          owner: what['who'] === SYSTEM ? '' : (what['who'] ?? null),
          actions: actionsOf(what['kinds']),
          ...spanOf(what['days']),
        })}
        connection={linesOf}
        columns={columns}
        onData={onData}
        opens
        filters={[
          {
            kind: 'one',
            key: 'who',
            label: t('everybody'),
            options: [
              ...owners.map(({ name, email }) => ({ value: email, label: name })),
              { value: SYSTEM, label: t('system') },
            ],
          },
          {
            kind: 'some',
            key: 'kinds',
            label: t('every'),
            options: (Object.keys(KINDS) as Kind[]).map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
          },
          {
            kind: 'own',
            key: 'tenant',
            field: (value, set) => <TenantPicker filter value={value} onChange={set} />,
          },
          { kind: 'own', key: 'days', field: (value, set) => <Days value={value} onChange={set} /> },
        ]}
        empty={{ title: t('empty'), hint: t('emptyHint') }}
      />
      <AddressDrawer title={opened ? said(opened) : t('title')}>
        {opened && (
          <>
            <Facts
              items={[
                [t('at'), format.instant(opened.at)],
                [t('who'), opened.owner ? `${opened.owner.name} · ${opened.owner.email}` : t('systemHint')],
                opened.tenant != null && [t('operator'), <TenantLink key="operator" tenant={opened.tenant} />],
                [t('code'), <code key="code" className="p-code">{opened.action}</code>],
              ]}
            />
            {factsOf(opened).length > 0 && (
              <section className="p-part">
                <h3>{t('data')}</h3>
                <Facts items={factsOf(opened)} />
              </section>
            )}
          </>
        )}
        {!opened && (data ? <Empty title={t('gone')} /> : <Loading />)}
      </AddressDrawer>
    </Page>
  );
}

function Days({ value, onChange }: { value: string; onChange: (next: string | null) => void }) {
  const t = useTexts(texts);
  const [first, last] = value.split('..').map((day) => (day ? dayjs(day) : null));
  return (
    <DatePicker.RangePicker
      aria-label={t('days')}
      placeholder={[t('from'), t('until')]}
      allowEmpty={[true, true]}
      value={value ? [first ?? null, last ?? null] : null}
      onChange={(days) => {
        const text = (days ?? []).map((day) => day?.format('YYYY-MM-DD') ?? '').join('..');
        onChange(text.length > 2 ? text : null);
      }}
    />
  );
}
