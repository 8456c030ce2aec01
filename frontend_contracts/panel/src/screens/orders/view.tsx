/** The table of orders, which lives: what happens on the floor happens in it. */

import {
  OperatorBoardDocument,
  OperatorOrderDocument,
  OperatorOrdersDocument,
  type OperatorOrderRowFragment,
  type OperatorOrdersQuery,
  type OrderSort,
  type OrderState,
} from '@daiqu/client';
import { AddressDrawer, CopyLine, List, Opener, Page, useAddress, useFormat, useHeard, useTexts, type Column } from '@daiqu/kit';
import { ThunderboltFilled } from '@ant-design/icons';
import { useCallback, useMemo, useState } from 'react';
import { useClient, useSubscription } from 'urql';
import { OrderFoot, OrderSheet, OrderTitle } from './sheet';
import { texts } from './texts';
import { Standing } from './standing';
import { isBooked, ORDER_STATES, orderWords } from './words';
import './orders.css';

type Row = OperatorOrderRowFragment;

const VIEWS = {
  all: {},
  waiting: { states: 'PLACED,OFFERED', booked: 'no' },
  booked: { states: 'PLACED', booked: 'yes' },
  running: { states: 'ACCEPTED,DEPARTED,ARRIVED,IN_PROGRESS,DELIVERED' },
  trouble: { states: 'UNDELIVERABLE,RETURNING' },
  done: { states: 'COMPLETED,CANCELLED,RETURNED' },
} satisfies Record<string, Record<string, string>>;

const statesIn = (values: Readonly<Record<string, string>>) =>
  (values['states']?.split(',').filter((state) => ORDER_STATES.includes(state as OrderState)) ?? []) as OrderState[];

const SORTS: Readonly<Record<string, OrderSort>> = {
  placed: 'PLACED_UP',
  '-placed': 'PLACED_DOWN',
  due: 'DUE_UP',
  '-due': 'DUE_DOWN',
  total: 'TOTAL_UP',
  '-total': 'TOTAL_DOWN',
};

export default function OrdersView() {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const format = useFormat();
  const [values] = useAddress();
  const [cursor, setCursor] = useState<string>();
  const client = useClient();
  // What events brought since the list was read; the newest of an order wins.
  const [heard, hear] = useHeard<Row>();
  const fresh = useMemo(() => new Set(heard.keys()), [heard]);
  const [version, setVersion] = useState(0);

  useSubscription(
    { query: OperatorBoardDocument, variables: { after: cursor ?? null }, pause: !cursor },
    (_, { boardEvents: { order } }) => {
      hear(order);
      return { boardEvents: { order } } as never;
    },
  );

  const states = statesIn(values);
  const wanted = states.join();
  const booked = values['booked'];
  // What is new comes first only where the newest do, and nothing is looked for.
  const newestFirst = (values['sort'] ?? '-placed') === '-placed' && !values['search'];
  const live = useCallback(
    (rows: readonly Row[], { firstPage }: { firstPage: boolean }) => {
      const known = new Set(rows.map((row) => row.id));
      const present = rows.map((row) => heard.get(row.id) ?? row);
      if (!firstPage || !newestFirst) return present;
      const newest = rows[0]?.placedAt ?? '';
      const arrived = [...heard.values()].filter(
        (row) =>
          !known.has(row.id) &&
          row.placedAt > newest &&
          (!wanted || wanted.split(',').includes(row.state)) &&
          // As the server tells them apart: whatever the order's own state.
          (!booked || (row.booking?.state === 'BOOKED') === (booked === 'yes')),
      );
      return [...arrived.sort((one, other) => (one.placedAt < other.placedAt ? 1 : -1)), ...present];
    },
    [heard, wanted, booked, newestFirst],
  );
  const onData = useCallback((data: OperatorOrdersQuery) => setCursor((before) => before ?? data.liveCursor), []);

  const columns = useMemo((): Column<Row>[] => [
    {
      key: 'number',
      title: t('number'),
      render: (row) => (
        <span className="k-row k-nowrap">
          <Opener id={row.id}>{row.number}</Opener>
          {row.urgent && (
            <ThunderboltFilled className="o-urgent" title={words('urgent')} aria-label={words('urgent')} />
          )}
        </span>
      ),
    },
    {
      key: 'state',
      title: t('state'),
      render: (row) => <Standing order={row} />,
    },
    { key: 'service', title: t('service'), render: (row) => <span className="o-service">{row.serviceName}</span> },
    {
      key: 'courier',
      title: t('courier'),
      from: 'md',
      render: (row) =>
        row.courier?.displayName ?? (
          <span className="k-quiet">
            {(isBooked(row) && row.booking?.courier.displayName) || (row.closedAt ? '—' : words('unassigned'))}
          </span>
        ),
    },
    {
      key: 'total',
      title: t('total'),
      align: 'right',
      sorts: true,
      render: (row) => <span className="k-num">{row.total.formatted}</span>,
    },
    {
      key: 'due',
      title: t('due'),
      align: 'right',
      from: 'lg',
      sorts: true,
      render: (row) =>
        row.dueAt === row.placedAt ? (
          <span className="k-quiet">{t('atOnce')}</span>
        ) : (
          <time className="k-nowrap" dateTime={row.dueAt} title={format.instant(row.dueAt)}>
            {format.moment(row.dueAt)}
          </time>
        ),
    },
    {
      key: 'placed',
      title: t('placed'),
      align: 'right',
      sorts: true,
      render: (row) => (
        <time className="k-nowrap" dateTime={row.placedAt} title={format.instant(row.placedAt)}>
          {format.moment(row.placedAt)}
        </time>
      ),
    },
  ], [t, words, format]);

  const open = values['open'];
  return (
    <Page title={t('title')}>
      <List
        name="orders"
        document={OperatorOrdersDocument}
        variables={(what) => ({
          states: statesIn(what).length ? statesIn(what) : null,
          booked: what['booked'] ? what['booked'] === 'yes' : null,
          search: what['search'] ?? '',
          sort: SORTS[what['sort'] ?? ''] ?? 'PLACED_DOWN',
        })}
        connection={(data) => data.orders}
        columns={columns}
        views={Object.entries(VIEWS).map(([key, wants]) => ({
          title: t(`views.${key as keyof typeof VIEWS}`),
          search: new URLSearchParams(wants).toString(),
        }))}
        filters={[
          { kind: 'search', key: 'search', label: t('search') },
          {
            kind: 'some',
            key: 'states',
            label: t('state'),
            options: ORDER_STATES.map((state) => ({ value: state, label: words(`state.${state}`) })),
          },
          {
            kind: 'one',
            key: 'booked',
            label: t('appointment'),
            options: [
              { value: 'yes', label: t('withAppointment') },
              { value: 'no', label: t('withoutAppointment') },
            ],
          },
        ]}
        opens
        live={live}
        fresh={fresh}
        ahead={(id) => void client.query(OperatorOrderDocument, { id }).toPromise()}
        onData={onData}
        version={version}
        empty={{ title: t('empty'), hint: t('emptyHint'), action: <CopyLine label={t('address')} value={location.origin} /> }}
      />
      <AddressDrawer
        title={open && <OrderTitle id={open} />}
        foot={open && <OrderFoot id={open} onMoved={() => setVersion((n) => n + 1)} />}
      >
        {open && <OrderSheet key={open} id={open} heard={heard.get(open)} />}
      </AddressDrawer>
    </Page>
  );
}
