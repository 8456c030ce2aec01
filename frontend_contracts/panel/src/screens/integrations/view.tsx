/** Third parties: their keys, what their apps may send, and how one starts. */

import { OperatorApiKeyRevokeDocument, OperatorApiKeysDocument, type OperatorApiKeysQuery } from '@daiqu/client';
import {
  List,
  Page,
  SideDrawer,
  StateTag,
  useAct,
  useAddress,
  useConfirm,
  useFormat,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { Button, Tabs, Tag } from 'antd';
import { PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { texts as staffTexts } from '../staff/texts';
import { Documents } from './documents';
import { KEY_MOODS, stateOf } from './keys';
import { MakeKey, Secret, type Made } from './make';
import { Start } from './start';
import { texts } from './texts';
import './integrations.css';

type Key = OperatorApiKeysQuery['apiKeys']['edges'][number]['node'];

/** What the address says of one list means nothing to another. */
const PLACE = { after: null, before: null, page: null, open: null };

const TABS = ['keys', 'documents', 'start'] as const;

export default function IntegrationsView() {
  const t = useTexts(texts);
  const confirm = useConfirm();
  const [values, change] = useAddress();
  const [version, setVersion] = useState(0);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Made>();
  const tab = TABS.find((each) => each === values['tab']) ?? 'keys';
  const begin = () => setMaking(true);

  function close() {
    setMaking(false);
    setMade(undefined);
  }

  async function leave() {
    if (made && !(await confirm({ title: t('askClose'), hint: t('askCloseHint'), ok: t('kept') }))) return;
    close();
  }

  const bodies = {
    keys: () => <Keys version={version} onMake={begin} />,
    documents: () => <Documents />,
    start: () => <Start onMake={begin} />,
  };
  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={begin}>
          {t('add')}
        </Button>
      }
    >
      <Tabs
        className="i-tabs"
        activeKey={tab}
        destroyOnHidden
        onChange={(key) => change({ ...PLACE, tab: key === 'keys' ? null : key })}
        items={TABS.map((key) => ({ key, label: t(`tabs.${key}`), children: bodies[key]() }))}
      />
      <SideDrawer open={making} onClose={() => void leave()} title={made ? t('made') : t('add')}>
        {made ? (
          <Secret made={made} onClose={close} />
        ) : (
          <MakeKey
            onMade={(what) => {
              setMade(what);
              setVersion((n) => n + 1);
            }}
          />
        )}
      </SideDrawer>
    </Page>
  );
}

function Keys({ version, onMake }: { version: number; onMake: () => void }) {
  const t = useTexts(texts);
  const words = useTexts(staffTexts);
  const format = useFormat();
  const confirm = useConfirm();
  const [revoked, setRevoked] = useState(0);
  const [revoke] = useAct(OperatorApiKeyRevokeDocument);

  async function end({ id, name }: Key) {
    const question = { title: t('askRevoke', { name }), hint: t('askRevokeHint'), ok: t('revoke'), danger: true };
    if (!(await confirm(question))) return;
    const outcome = await revoke({ input: { apiKeyId: id } }, { done: t('didRevoke', { name }) });
    if (outcome && 'done' in outcome) setRevoked((n) => n + 1);
  }

  const columns: Column<Key>[] = [
    { key: 'name', title: t('name'), render: (row) => <span className="k-strong">{row.name}</span> },
    {
      key: 'state',
      title: t('state.label'),
      render: (row) => {
        const state = stateOf(row, Date.now());
        return <StateTag mood={KEY_MOODS[state]}>{t(`state.${state}`)}</StateTag>;
      },
    },
    {
      key: 'rights',
      title: t('rights'),
      render: (row) => (
        <span className="i-rights">
          {row.rights.map((right) => (
            <Tag key={right}>{words(`right.${right}`)}</Tag>
          ))}
        </span>
      ),
    },
    {
      key: 'used',
      title: t('used'),
      render: (row) => (row.lastUsedAt ? format.ago(row.lastUsedAt) : <span className="k-quiet">{t('never')}</span>),
    },
    { key: 'until', title: t('until'), from: 'md', render: (row) => format.day(row.expiresAt) },
    { key: 'created', title: t('created'), from: 'xl', render: (row) => format.day(row.createdAt) },
    {
      key: 'acts',
      title: <span className="k-hidden">{t('revoke')}</span>,
      align: 'right',
      render: (row) => {
        const state = stateOf(row, Date.now());
        return (
          (state === 'good' || state === 'soon') && (
            <Button size="small" danger aria-label={`${t('revoke')}: ${row.name}`} onClick={() => void end(row)}>
              {t('revoke')}
            </Button>
          )
        );
      },
    },
  ];

  return (
    <List
      name="api-keys"
      document={OperatorApiKeysDocument}
      variables={() => ({})}
      connection={(data) => data.apiKeys}
      columns={columns}
      version={version + revoked}
      empty={{
        title: t('noKeys'),
        hint: t('noKeysHint'),
        action: (
          <Button icon={<PlusOutlined />} onClick={onMake}>
            {t('add')}
          </Button>
        ),
      }}
    />
  );
}
