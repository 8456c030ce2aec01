/** Every visit of the platform's people to an operator's back office, the newest first. */

import {
  OwnerImpersonationEndDocument,
  OwnerImpersonationsDocument,
  type OwnerImpersonationFragment,
} from '@daiqu/client';
import { List, Page, StateTag, useAct, useConfirm, useFormat, useTexts, type Column } from '@daiqu/kit';
import { Button } from 'antd';
import { useState } from 'react';
import { TenantLink } from '../../parts/tenant-link';
import '../../parts/parts.css';
import { stateOf } from './state';
import { texts } from './texts';

export default function VisitsView() {
  const t = useTexts(texts);
  const format = useFormat();
  const [version, setVersion] = useState(0);
  const columns: Column<OwnerImpersonationFragment>[] = [
    {
      key: 'started',
      title: t('started'),
      width: 180,
      render: (row) => <span className="k-nowrap">{format.instant(row.startedAt)}</span>,
    },
    { key: 'operator', title: t('operator'), render: (row) => <TenantLink tenant={row.tenant} /> },
    { key: 'who', title: t('who'), from: 'md', render: (row) => row.owner.name },
    { key: 'reason', title: t('reason'), from: 'md', render: (row) => row.reason },
    { key: 'state', title: t('state'), render: (row) => <VisitTag visit={row} /> },
    {
      key: 'end',
      title: <span className="k-hidden">{t('end')}</span>,
      align: 'right',
      render: (row) =>
        stateOf(row, Date.now()) === 'open' && <End visit={row} onEnded={() => setVersion((n) => n + 1)} />,
    },
  ];
  return (
    <Page title={t('title')} hint={t('hint')}>
      <List
        name="visits"
        document={OwnerImpersonationsDocument}
        variables={({ under }) => ({ open: under === 'way' ? true : under === 'over' ? false : null })}
        connection={(data) => data.impersonations}
        columns={columns}
        views={[
          { title: t('views.all'), search: '' },
          { title: t('views.open'), search: 'under=way' },
          { title: t('views.over'), search: 'under=over' },
        ]}
        version={version}
        empty={{ title: t('empty'), hint: t('emptyHint') }}
      />
    </Page>
  );
}

function VisitTag({ visit }: { visit: OwnerImpersonationFragment }) {
  const t = useTexts(texts);
  const format = useFormat();
  const state = stateOf(visit, Date.now());
  const until = format.time(state === 'ended' && visit.endedAt ? visit.endedAt : visit.expiresAt);
  return (
    <span className="k-row">
      <StateTag mood={state === 'open' ? 'run' : 'off'}>{t(state)}</StateTag>
      <span className="k-quiet k-nowrap">{state === 'open' ? t('until', { at: until }) : until}</span>
    </span>
  );
}

function End({ visit, onEnded }: { visit: OwnerImpersonationFragment; onEnded: () => void }) {
  const t = useTexts(texts);
  const confirm = useConfirm();
  const [end, ending] = useAct(OwnerImpersonationEndDocument);
  const words = { name: visit.tenant.name, who: visit.owner.name };
  const go = async () => {
    if (!(await confirm({ title: t('endAsk'), hint: t('endHint', words), ok: t('end'), danger: true }))) return;
    await end({ input: { impersonationId: visit.id } }, { done: t('endDone', words) });
    onEnded();
  };
  return (
    <Button size="small" loading={ending} aria-label={t('endOf', words)} onClick={() => void go()}>
      {t('end')}
    </Button>
  );
}
