/** The couriers: who applies, who works, who must not. */

import { OperatorCourierFileDocument, OperatorCouriersDocument, type CourierState, type OperatorCourierFragment } from '@daiqu/client';
import { AddressDrawer, CopyLine, List, Opener, Page, StateTag, useAddress, useAgain, useFormat, useTexts, type Column } from '@daiqu/kit';
import { useState } from 'react';
import { useClient } from 'urql';
import { CourierFile, CourierFoot, CourierTitle } from './file';
import { COURIER_MOODS, texts } from './texts';
import './couriers.css';

const STATES = Object.keys(COURIER_MOODS) as CourierState[];

const statesIn = (values: Readonly<Record<string, string>>) =>
  (values['states']?.split(',').filter((state) => STATES.includes(state as CourierState)) ?? []) as CourierState[];

export default function CouriersView() {
  const t = useTexts(texts);
  const format = useFormat();
  const client = useClient();
  const [values] = useAddress();
  const [version, setVersion] = useState(0);
  const open = values['open'];
  const changed = () => setVersion((n) => n + 1);
  useAgain(changed); // somebody applies, or goes on duty

  const columns: Column<OperatorCourierFragment>[] = [
    { key: 'name', title: t('name'), render: (row) => <Opener id={row.id}>{row.displayName}</Opener> },
    {
      key: 'state',
      title: t('stateTitle'),
      render: (row) => <StateTag mood={COURIER_MOODS[row.state]}>{t(`state.${row.state}`)}</StateTag>,
    },
    {
      key: 'duty',
      title: t('duty'),
      from: 'md',
      render: (row) =>
        row.state === 'APPROVED' ? (
          <StateTag mood={row.presence?.onDuty ? 'good' : 'off'}>
            {t(row.presence?.onDuty ? 'onDuty' : 'offDuty')}
          </StateTag>
        ) : (
          <span className="k-quiet">—</span>
        ),
    },
    {
      key: 'rating',
      title: t('rating'),
      align: 'right',
      render: (row) =>
        row.rating == null ? (
          <span className="k-quiet">—</span>
        ) : (
          <span className="k-num">
            ★ {format.rating(row.rating)} <span className="k-quiet">({format.number(row.ratingCount)})</span>
          </span>
        ),
    },
    { key: 'completed', title: t('completed'), align: 'right', render: (row) => format.number(row.completedCount) },
    { key: 'givenBack', title: t('givenBack'), align: 'right', from: 'lg', render: (row) => format.number(row.givenBackCount) },
    { key: 'level', title: t('level'), align: 'right', from: 'lg', render: (row) => format.number(row.level) },
    { key: 'applied', title: t('applied'), align: 'right', from: 'md', render: (row) => <span className="k-nowrap">{format.day(row.appliedAt)}</span> },
  ];

  return (
    <Page title={t('title')}>
      <List
        name="couriers"
        document={OperatorCouriersDocument}
        variables={(what) => ({ states: statesIn(what).length ? statesIn(what) : null })}
        connection={(data) => data.couriers}
        columns={columns}
        views={[
          { title: t('views.all'), search: '' },
          { title: t('views.queue'), search: 'states=APPLIED' },
          { title: t('views.approved'), search: 'states=APPROVED' },
          { title: t('views.frozen'), search: 'states=FROZEN' },
          { title: t('views.rejected'), search: 'states=REJECTED' },
        ]}
        opens
        ahead={(id) => void client.query(OperatorCourierFileDocument, { id }).toPromise()}
        version={version}
        empty={{ title: t('empty'), hint: t('emptyHint'), action: <CopyLine label={t('address')} value={location.origin} /> }}
      />
      <AddressDrawer title={open && <CourierTitle id={open} />} foot={open && <CourierFoot id={open} onChanged={changed} />}>
        {open && <CourierFile key={open} id={open} onChanged={changed} />}
      </AddressDrawer>
    </Page>
  );
}
