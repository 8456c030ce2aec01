/** What operators are told: all there ever was, the newest first, and a way to tell them more. */

import {
  OwnerAnnouncementEndDocument,
  OwnerAnnouncementsDocument,
  type OwnerAnnouncementFragment,
  type OwnerAnnouncementsQuery,
} from '@daiqu/client';
import {
  AddressDrawer,
  Empty,
  Facts,
  List,
  Loading,
  Opener,
  Page,
  SideDrawer,
  StateTag,
  textIn,
  useAct,
  useAddress,
  useConfirm,
  useFormat,
  useLanguage,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { Button } from 'antd';
import { PlusOutlined } from '@ant-design/icons';
import { useCallback, useState } from 'react';
import '../../parts/parts.css';
import { PublishForm } from './publish';
import { stateOf } from './state';
import { KIND_MOODS, texts } from './texts';

type Notice = OwnerAnnouncementFragment;

const STATE_MOODS = { coming: 'wait', on: 'good', over: 'off' } as const;

export default function AnnouncementsView() {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const [values] = useAddress();
  const [version, setVersion] = useState(0);
  const [writing, setWriting] = useState(false);
  const [data, setData] = useState<OwnerAnnouncementsQuery>();
  const onData = useCallback((next: OwnerAnnouncementsQuery) => setData(next), []);
  const changed = () => setVersion((n) => n + 1);
  const plans = data?.plans ?? [];
  const opened = data?.announcements.edges.find(({ node }) => node.id === values['open'])?.node;

  const state = (row: Notice) => {
    const now = stateOf(row, Date.now());
    return <StateTag mood={STATE_MOODS[now]}>{t(now)}</StateTag>;
  };
  const who = (row: Notice) =>
    row.plans.map((key) => plans.find((plan) => plan.key === key)?.name ?? key).join(', ') || t('everybody');
  const until = (row: Notice) => (row.endsAt ? format.instant(row.endsAt) : t('untilEnded'));

  const columns: Column<Notice>[] = [
    {
      key: 'title',
      title: t('heading'),
      render: (row) => <Opener id={row.id}>{textIn(row.title, language, 'en')}</Opener>,
    },
    {
      key: 'kind',
      title: t('kind'),
      render: (row) => <StateTag mood={KIND_MOODS[row.kind]}>{t(`kinds.${row.kind}`)}</StateTag>,
    },
    { key: 'state', title: t('state'), render: state },
    { key: 'who', title: t('who'), from: 'lg', render: who },
    {
      key: 'from',
      title: t('from'),
      align: 'right',
      from: 'md',
      render: (row) => <span className="k-nowrap">{format.instant(row.startsAt)}</span>,
    },
    {
      key: 'until',
      title: t('until'),
      align: 'right',
      from: 'lg',
      render: (row) => <span className={row.endsAt ? 'k-nowrap' : 'k-nowrap k-quiet'}>{until(row)}</span>,
    },
  ];
  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setWriting(true)}>
          {t('publish')}
        </Button>
      }
    >
      <List
        name="announcements"
        document={OwnerAnnouncementsDocument}
        variables={() => ({})}
        connection={(found) => found.announcements}
        columns={columns}
        onData={onData}
        opens
        version={version}
        empty={{ title: t('empty'), hint: t('emptyHint') }}
      />
      <AddressDrawer
        title={opened ? textIn(opened.title, language, 'en') : t('title')}
        foot={opened && <Foot notice={opened} onChanged={changed} />}
      >
        {opened && (
          <>
            <Facts
              items={[
                [t('kind'), t(`kinds.${opened.kind}`)],
                [t('state'), state(opened)],
                [t('who'), who(opened)],
                [t('from'), format.instant(opened.startsAt)],
                [t('until'), until(opened)],
              ]}
            />
            {opened.title.map(({ language: tag, text }) => (
              <section key={tag} className="p-part" lang={tag}>
                <h3>{text}</h3>
                <p className="w-body">{textIn(opened.body, tag, 'en')}</p>
              </section>
            ))}
          </>
        )}
        {!opened && (data ? <Empty title={t('gone')} /> : <Loading />)}
      </AddressDrawer>
      <SideDrawer open={writing} onClose={() => setWriting(false)} title={t('publish')}>
        <PublishForm
          plans={plans}
          onDone={(published) => {
            setWriting(false);
            if (published) changed();
          }}
        />
      </SideDrawer>
    </Page>
  );
}

function Foot({ notice, onChanged }: { notice: Notice; onChanged: () => void }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const confirm = useConfirm();
  const [end, ending] = useAct(OwnerAnnouncementEndDocument);
  const state = stateOf(notice, Date.now());
  if (state === 'over') return null;
  const words = { title: textIn(notice.title, language, 'en') };
  const label = t(state === 'coming' ? 'withdraw' : 'end');
  const go = async () => {
    if (!(await confirm({ title: t('endAsk', words), hint: t('endHint'), ok: label }))) return;
    await end({ input: { announcementId: notice.id } }, { done: t('ended', words) });
    onChanged();
  };
  return (
    <div className="p-foot">
      <Button loading={ending} onClick={() => void go()}>
        {label}
      </Button>
    </div>
  );
}
