/** Who is in trouble, who grows, who is idle; the servers, their queues, and what the doctor found. */

import { OwnerFleetHealthDocument, type OwnerFleetHealthQuery, type TenantAttention } from '@daiqu/client';
import { List, Page, StateTag, useAddress, useFormat, useTexts, type Column } from '@daiqu/kit';
import { Tooltip } from 'antd';
import { useCallback, useState } from 'react';
import { useAgain } from '../../parts/fleet/again';
import { Figures, type Figure } from '../../parts/fleet/figures';
import { LookAgain } from '../../parts/fleet/look';
import { TenantLink } from '../../parts/tenant-link';
import { TENANT_MOODS, texts as tenantTexts } from '../tenants/texts';
import { Health } from '../tenants/view';
import { trendOf } from './findings';
import { Found, Jobs, Servers } from './parts';
import { texts } from './texts';

type Operator = OwnerFleetHealthQuery['tenants']['edges'][number]['node'];
type Fleet = OwnerFleetHealthQuery['fleetHealth'];

const ATTENTION: readonly TenantAttention[] = ['TROUBLED', 'GROWING', 'IDLE'];

export default function HealthView() {
  const t = useTexts(texts);
  const said = useTexts(tenantTexts);
  const format = useFormat();
  const [data, setData] = useState<OwnerFleetHealthQuery>();
  const onData = useCallback((next: OwnerFleetHealthQuery) => setData(next), []);
  const fleet = data?.fleetHealth;
  const [version, again] = useAgain(Boolean(fleet?.lookWaitsSince));
  const usedOf = (row: Operator, meter: string) => row.usage.find((each) => each.meter === meter);
  const used = (row: Operator, meter: 'COURIERS' | 'STORAGE' | 'API_CALLS') => {
    const use = usedOf(row, meter);
    const words = meter === 'STORAGE' ? format.bytes(use?.used ?? 0) : format.number(use?.used ?? 0);
    if (!use?.warned || use.limit == null) return <span className="k-nowrap">{words}</span>;
    return (
      <Tooltip title={`${words} / ${meter === 'STORAGE' ? format.bytes(use.limit) : format.number(use.limit)}`}>
        <span tabIndex={0}>
          <StateTag mood="wait">{words}</StateTag>
        </span>
      </Tooltip>
    );
  };

  const columns: Column<Operator>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (row) => (
        <span className="f-stack">
          <TenantLink tenant={row} />
          <StateTag mood={TENANT_MOODS[row.state]}>{said(`states.${row.state}`)}</StateTag>
        </span>
      ),
    },
    { key: 'trouble', title: t('trouble'), render: (row) => <Health findings={row.health.findings} /> },
    {
      key: 'orders',
      title: t('orders'),
      align: 'right',
      render: (row) => (
        <span className="h-trend">
          <span>{format.number(row.trend.orders)}</span>
          <span className="k-quiet k-nowrap">{t('before', { count: format.number(row.trend.ordersBefore) })}</span>
        </span>
      ),
    },
    { key: 'growth', title: t('growth'), align: 'right', from: 'sm', render: (row) => <Growth row={row} /> },
    { key: 'couriers', title: t('couriers'), align: 'right', from: 'lg', render: (row) => used(row, 'COURIERS') },
    { key: 'storage', title: t('storage'), align: 'right', from: 'lg', render: (row) => used(row, 'STORAGE') },
    { key: 'calls', title: t('calls'), align: 'right', from: 'lg', render: (row) => used(row, 'API_CALLS') },
    { key: 'active', title: t('active'), align: 'right', from: 'md', render: (row) => <Ago at={row.lastActiveAt} /> },
  ];

  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={<LookAgain looked={fleet?.look?.looked} waitsSince={fleet?.lookWaitsSince} onAsked={again} />}
    >
      <div className="f-page">
        <Head fleet={fleet} />
        <Servers fleet={fleet} />
        {fleet && (
          <div className="f-split">
            <Found look={fleet.look} />
            <Jobs jobs={fleet.jobs} />
          </div>
        )}
        <List
          name="health"
          document={OwnerFleetHealthDocument}
          variables={(what) => ({
            search: what['search'] ?? null,
            attention: ATTENTION.find((each) => each === what['attention']) ?? null,
          })}
          connection={(all) => all.tenants}
          columns={columns}
          views={[
            { title: t('views.all'), search: '' },
            { title: t('views.troubled'), search: 'attention=TROUBLED' },
            { title: t('views.growing'), search: 'attention=GROWING' },
            { title: t('views.idle'), search: 'attention=IDLE' },
          ]}
          filters={[{ kind: 'search', key: 'search', label: t('search') }]}
          onData={onData}
          version={version}
          empty={{ title: t('empty'), hint: t('emptyHint') }}
        />
      </div>
    </Page>
  );
}

function Ago({ at }: { at: string | null | undefined }) {
  const t = useTexts(texts);
  const format = useFormat();
  return <span className="k-quiet k-nowrap">{at ? format.ago(at) : t('never')}</span>;
}

/** Never by colour alone: an arrow and a sign. */
function Growth({ row }: { row: Operator }) {
  const t = useTexts(texts);
  const format = useFormat();
  const trend = trendOf(row.trend.growth);
  if (trend === 'unknown' || row.trend.growth == null) {
    return (
      <Tooltip title={t('tooFew')}>
        <span className="k-quiet" tabIndex={0} aria-label={t('tooFew')}>
          –
        </span>
      </Tooltip>
    );
  }
  const arrow = { up: '↑', down: '↓', even: '→' }[trend];
  const mood = { up: 'f-up', down: 'f-down', even: 'k-quiet' }[trend];
  const sign = row.trend.growth > 0 ? '+' : '';
  return (
    <span className={`k-nowrap ${mood}`}>
      <span aria-hidden="true">{arrow}</span> {sign}
      {format.percent(row.trend.growth)}
    </span>
  );
}

function Head({ fleet }: { fleet: Fleet | undefined }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [values, change] = useAddress();
  const sum = (of: 'failed' | 'waiting') => fleet?.servers.reduce((all, each) => all + each[of], 0) ?? 0;
  const found = fleet?.look?.counts.reduce((all, each) => all + each.count, 0);
  const narrowed = (key: 'troubled' | 'growing' | 'idle', bad: boolean): Figure => {
    const attention = key.toUpperCase();
    const picked = values['attention'] === attention;
    return {
      key,
      label: t(key),
      value: format.number(fleet?.[key] ?? 0),
      note: t(`${key}Note`),
      bad: bad && (fleet?.[key] ?? 0) > 0,
      picked,
      onPick: () => change({ attention: picked ? null : attention, after: null, before: null, page: null }),
    };
  };
  return (
    <Figures
      loading={!fleet}
      figures={[
        narrowed('troubled', true),
        narrowed('growing', false),
        narrowed('idle', false),
        {
          key: 'jobs',
          label: t('jobsFailed'),
          value: format.number(sum('failed')),
          note: t('jobsWaiting', { count: format.number(sum('waiting')) }),
          bad: sum('failed') > 0,
        },
        {
          key: 'findings',
          label: t('findings'),
          value: found === undefined ? '–' : format.number(found),
          note: t('findingsNote'),
          bad: Boolean(found),
        },
      ]}
    />
  );
}
