/** Who is on which plan, how each stands with it, and who owes. */

import { OwnerBillsDocument, type OwnerBillFragment, type OwnerBillsQuery, type TenantState } from '@daiqu/client';
import {
  AddressDrawer,
  Empty,
  List,
  Loading,
  Opener,
  Page,
  StateTag,
  useAddress,
  useFormat,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { useCallback, useState } from 'react';
import '../../parts/parts.css';
import { TENANT_MOODS, texts as tenantTexts } from '../tenants/texts';
import './bills.css';
import { BillFile } from './file';
import { fullestOf, untilOf } from './standing';
import { BILLING_MOODS, texts } from './texts';

type Bill = OwnerBillFragment;
const STATES = Object.keys(TENANT_MOODS) as TenantState[];

export default function BillsView() {
  const t = useTexts(texts);
  const said = useTexts(tenantTexts);
  const format = useFormat();
  const [values] = useAddress();
  const [version, setVersion] = useState(0);
  const [data, setData] = useState<OwnerBillsQuery>();
  const onData = useCallback((next: OwnerBillsQuery) => setData(next), []);
  const plans = data?.plans ?? [];
  const opened = data?.tenants.edges.find(({ node }) => node.id === values['open'])?.node;

  const columns: Column<Bill>[] = [
    { key: 'operator', title: t('operator'), render: (row) => <Opener id={row.id}>{row.name}</Opener> },
    {
      key: 'plan',
      title: t('plan'),
      render: (row) =>
        row.plan ? (
          <span className="p-two">
            <span>{row.plan.name}</span>
            <span className="k-quiet">{row.plan.price.formatted}</span>
          </span>
        ) : (
          <span className="k-quiet">{t('noPlan')}</span>
        ),
    },
    { key: 'standing', title: t('standing'), render: (row) => <Standing bill={row} /> },
    {
      key: 'until',
      title: t('until'),
      from: 'md',
      render: (row) => {
        const until = untilOf(row.subscription);
        if (!until) return <span className="k-quiet">—</span>;
        return <span className="k-nowrap">{t(until.key, { at: format.day(until.at) })}</span>;
      },
    },
    {
      key: 'use',
      title: t('use'),
      from: 'lg',
      render: (row) => {
        const fullest = fullestOf(row.usage);
        if (!fullest) return <span className="k-quiet">{t('noUse')}</span>;
        const warned = fullest.share >= 0.8;
        return (
          <StateTag mood={fullest.share >= 1 ? 'bad' : warned ? 'wait' : 'off'}>
            {said(`meter.${fullest.meter}`)} {format.percent(fullest.share)}
          </StateTag>
        );
      },
    },
    {
      key: 'access',
      title: t('access'),
      from: 'md',
      render: (row) => <StateTag mood={TENANT_MOODS[row.state]}>{said(`states.${row.state}`)}</StateTag>,
    },
  ];
  return (
    <Page title={t('title')} hint={t('hint')}>
      <List
        name="bills"
        document={OwnerBillsDocument}
        variables={(what) => ({
          plan: what['plan'] ?? null,
          search: what['search'] ?? null,
          states:
            (what['states']?.split(',').filter((each) => STATES.includes(each as TenantState)) as
              | TenantState[]
              | undefined) ?? null,
        })}
        connection={(found) => found.tenants}
        columns={columns}
        onData={onData}
        opens
        version={version}
        views={[
          { title: t('views.all'), search: '' },
          { title: t('views.owing'), search: 'states=PAST_DUE' },
          { title: t('views.trial'), search: 'states=TRIAL' },
          { title: t('views.stopped'), search: 'states=SUSPENDED%2CARCHIVED' },
        ]}
        filters={[
          { kind: 'search', key: 'search', label: t('search') },
          {
            kind: 'one',
            key: 'plan',
            label: t('plan'),
            options: plans.map(({ key, name }) => ({ value: key, label: name })),
          },
        ]}
        empty={{ title: t('empty'), hint: t('emptyHint') }}
      />
      <AddressDrawer
        title={
          opened ? (
            <span className="p-title">
              {opened.name}
              <Standing bill={opened} />
            </span>
          ) : (
            t('title')
          )
        }
      >
        {opened && <BillFile bill={opened} plans={plans} onChanged={() => setVersion((n) => n + 1)} />}
        {!opened && (data ? <Empty title={t('gone')} /> : <Loading />)}
      </AddressDrawer>
    </Page>
  );
}

function Standing({ bill }: { bill: Bill }) {
  const t = useTexts(texts);
  const state = bill.subscription?.state;
  if (!state) return <StateTag mood="off">{t('noPlan')}</StateTag>;
  return <StateTag mood={BILLING_MOODS[state]}>{t(`states.${state}`)}</StateTag>;
}
