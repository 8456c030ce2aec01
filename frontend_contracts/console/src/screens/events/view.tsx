/** What the payment provider told us, the newest first, and what became of it. */

import {
  OwnerBillingReplayDocument,
  OwnerProviderEventsDocument,
  type OwnerProviderEventFragment,
  type OwnerProviderEventsQuery,
  type ProviderEventState,
} from '@daiqu/client';
import {
  AddressDrawer,
  Empty,
  Facts,
  List,
  Loading,
  Opener,
  Page,
  StateTag,
  useAct,
  useAddress,
  useFormat,
  useLanguage,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { Button } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TenantLink } from '../../parts/tenant-link';
import '../../parts/parts.css';
import { partsOf } from './kind';
import { EVENT_MOODS, texts } from './texts';

type Event = OwnerProviderEventFragment;
const STATES = Object.keys(EVENT_MOODS) as ProviderEventState[];

export default function EventsView() {
  const t = useTexts(texts);
  const { i18n } = useTranslation();
  const language = useLanguage();
  const format = useFormat();
  const [values] = useAddress();
  const [version, setVersion] = useState(0);
  const [data, setData] = useState<OwnerProviderEventsQuery>();
  const onData = useCallback((next: OwnerProviderEventsQuery) => setData(next), []);
  const [replay, replaying] = useAct(OwnerBillingReplayDocument);
  const opened = data?.providerEvents.edges.find(({ node }) => node.id === values['open'])?.node;

  /** In words; by its own name where there are none. */
  const said = ({ kind }: Event) => {
    const { thing, deed } = partsOf(kind);
    const keys = [`said.${thing}`, `did.${deed}`];
    if (!keys.every((key) => i18n.exists(key, { ns: texts.namespace }))) return kind;
    return keys.map((key) => t(key as 'title')).join(language === 'en' ? ' ' : '');
  };
  const state = ({ state: now }: Event) => <StateTag mood={EVENT_MOODS[now]}>{t(`states.${now}`)}</StateTag>;
  const whose = ({ tenant }: Event) =>
    tenant ? <TenantLink tenant={tenant} /> : <span className="k-quiet">{t('nobody')}</span>;

  const columns: Column<Event>[] = [
    {
      key: 'happened',
      title: t('happened'),
      width: 180,
      render: (row) => <span className="k-nowrap">{format.instant(row.happenedAt)}</span>,
    },
    { key: 'kind', title: t('kind'), render: (row) => <Opener id={row.id}>{said(row)}</Opener> },
    { key: 'operator', title: t('operator'), render: whose },
    { key: 'state', title: t('state'), render: state },
    {
      key: 'error',
      title: t('error'),
      from: 'lg',
      render: (row) => <span className="k-quiet e-error k-clip">{row.error}</span>,
    },
  ];
  return (
    <Page title={t('title')} hint={t('hint')}>
      <List
        name="payment-events"
        document={OwnerProviderEventsDocument}
        variables={(what) => ({ state: STATES.find((each) => each === what['state']) ?? null })}
        connection={(found) => found.providerEvents}
        columns={columns}
        onData={onData}
        opens
        version={version}
        views={[
          { title: t('views.all'), search: '' },
          { title: t('views.failed'), search: 'state=FAILED' },
          { title: t('views.open'), search: 'state=RECEIVED' },
        ]}
        empty={{ title: t('empty'), hint: t('emptyHint') }}
      />
      <AddressDrawer
        title={opened ? said(opened) : t('title')}
        foot={
          opened && (
            <div className="p-foot">
              <Button
                loading={replaying}
                onClick={() =>
                  void replay({ input: { eventId: opened.id } }, { done: t('replayed') }).then(() =>
                    setVersion((n) => n + 1),
                  )
                }
              >
                {t('again')}
              </Button>
            </div>
          )
        }
      >
        {opened && (
          <Facts
            items={[
              [t('state'), state(opened)],
              [t('operator'), whose(opened)],
              [t('kind'), <code key="kind" className="p-code">{opened.kind}</code>],
              [t('object'), <code key="object" className="p-code">{opened.objectId}</code>],
              [t('id'), <code key="id" className="p-code">{opened.eventId}</code>],
              [t('happened'), format.instant(opened.happenedAt)],
              [t('received'), format.instant(opened.receivedAt)],
              opened.handledAt != null && [t('handled'), format.instant(opened.handledAt)],
              opened.attempts > 0 && [t('attempts'), format.number(opened.attempts)],
              Boolean(opened.error) && [t('error'), opened.error],
            ]}
          />
        )}
        {!opened && (data ? <Empty title={t('gone')} /> : <Loading />)}
      </AddressDrawer>
    </Page>
  );
}
