/** Every operator with its standing, usage and health. */

import { OwnerTenantsDocument, type OwnerTenantFragment, type TenantState } from '@daiqu/client';
import { AddressDrawer, List, Opener, Page, SideDrawer, StateTag, useAddress, useFormat, useTexts, type Column } from '@daiqu/kit';
import { Button, Tooltip } from 'antd';
import { PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { TenantFile, TenantFoot, TenantTitle } from './file';
import { Onboard } from './onboard';
import { TENANT_MOODS, texts } from './texts';
import './tenants.css';

const STATES = Object.keys(TENANT_MOODS) as TenantState[];

export default function TenantsView() {
  const t = useTexts(texts);
  const format = useFormat();
  const [values] = useAddress();
  const [version, setVersion] = useState(0);
  const [taking, setTaking] = useState(false);
  const open = values['open'];
  const changed = () => setVersion((n) => n + 1);

  const columns: Column<OwnerTenantFragment>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (row) => (
        <span className="n-name">
          <Opener id={row.id}>{row.name}</Opener>
          <span className="k-quiet">{row.host}</span>
        </span>
      ),
    },
    {
      key: 'state',
      title: t('state'),
      render: (row) => <StateTag mood={TENANT_MOODS[row.state]}>{t(`states.${row.state}`)}</StateTag>,
    },
    { key: 'health', title: t('health'), render: (row) => <Health findings={row.health.findings} /> },
    { key: 'plan', title: t('plan'), from: 'md', render: (row) => row.plan?.name ?? <span className="k-quiet">—</span> },
    {
      key: 'orders',
      title: t('orders'),
      align: 'right',
      from: 'lg',
      render: (row) => format.number(row.usage.find(({ meter }) => meter === 'ORDERS')?.used ?? 0),
    },
    {
      key: 'turnover',
      title: t('turnover'),
      align: 'right',
      from: 'md',
      render: (row) => row.turnover?.formatted ?? <span className="k-quiet">—</span>,
    },
    {
      key: 'active',
      title: t('active'),
      align: 'right',
      from: 'lg',
      render: (row) => (row.lastActiveAt ? format.ago(row.lastActiveAt) : <span className="k-quiet">{t('never')}</span>),
    },
    {
      key: 'created',
      title: t('created'),
      align: 'right',
      from: 'xl',
      render: (row) => <span className="k-nowrap">{format.day(row.createdAt)}</span>,
    },
  ];

  return (
    <Page
      title={t('title')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setTaking(true)}>
          {t('onboard')}
        </Button>
      }
    >
      <List
        name="tenants"
        document={OwnerTenantsDocument}
        variables={(what) => ({
          search: what['search'] ?? null,
          states: (what['states']?.split(',').filter((state) => STATES.includes(state as TenantState)) as TenantState[] | undefined) ?? null,
          server: null,
          sandbox: null,
        })}
        connection={(data) => data.tenants}
        columns={columns}
        views={[
          { title: t('views.all'), search: '' },
          { title: t('views.live'), search: 'states=TRIAL%2CACTIVE' },
          { title: t('views.owing'), search: 'states=PAST_DUE' },
          { title: t('views.stopped'), search: 'states=SUSPENDED%2CARCHIVED%2CERASED' },
        ]}
        filters={[
          { kind: 'search', key: 'search', label: t('search') },
          {
            kind: 'some',
            key: 'states',
            label: t('state'),
            options: STATES.map((state) => ({ value: state, label: t(`states.${state}`) })),
          },
        ]}
        opens
        version={version}
        empty={{ title: t('empty'), hint: t('emptyHint') }}
      />
      <AddressDrawer title={open && <TenantTitle id={open} />} foot={open && <TenantFoot id={open} onChanged={changed} />}>
        {open && <TenantFile key={open} id={open} onChanged={changed} />}
      </AddressDrawer>
      <SideDrawer open={taking} onClose={() => setTaking(false)} title={t('onboard')}>
        <Onboard onTaken={changed} />
      </SideDrawer>
    </Page>
  );
}

export function Health({ findings }: { findings: readonly OwnerTenantFragment['health']['findings'][number][] }) {
  const t = useTexts(texts);
  const [first, ...more] = findings;
  if (!first) return <StateTag mood="good">{t('healthy')}</StateTag>;
  const tag = <StateTag mood="bad">{t(`finding.${first}`)}{more.length ? ` +${more.length}` : ''}</StateTag>;
  return more.length ? <Tooltip title={findings.map((each) => t(`finding.${each}`)).join(' · ')}>{tag}</Tooltip> : tag;
}
