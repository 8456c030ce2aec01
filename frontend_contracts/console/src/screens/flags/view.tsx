/** Every flag, for how many operators it is on, and for whom it is switched by hand. */

import { OwnerFeatureFlagsDocument, type OwnerFeatureFlagFragment, type OwnerFeatureFlagsQuery } from '@daiqu/client';
import {
  AddressDrawer,
  Empty,
  List,
  Loading,
  Opener,
  Page,
  SideDrawer,
  StateTag,
  useAddress,
  useFormat,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { Button } from 'antd';
import { PlusOutlined } from '@ant-design/icons';
import { useCallback, useState } from 'react';
import '../../parts/parts.css';
import { FlagFile, FlagForm } from './file';
import './flags.css';
import { texts } from './texts';

type Flag = OwnerFeatureFlagFragment;

export default function FlagsView() {
  const t = useTexts(texts);
  const format = useFormat();
  const [values] = useAddress();
  const [version, setVersion] = useState(0);
  const [making, setMaking] = useState(false);
  const [data, setData] = useState<OwnerFeatureFlagsQuery>();
  const onData = useCallback((next: OwnerFeatureFlagsQuery) => setData(next), []);
  const changed = () => setVersion((n) => n + 1);
  const opened = data?.featureFlags.edges.find(({ node }) => node.id === values['open'])?.node;

  const byHand = ({ overrides }: Flag) => {
    const on = overrides.edges.filter(({ node }) => node.on).length;
    if (overrides.edges.length === 0) return <span className="k-quiet">{t('none')}</span>;
    return t('byHand', { on, off: (overrides.totalCount ?? overrides.edges.length) - on });
  };
  const columns: Column<Flag>[] = [
    {
      key: 'key',
      title: t('key'),
      render: (row) => (
        <span className="p-two">
          <Opener id={row.id}>
            <code className="p-code">{row.key}</code>
          </Opener>
          <span className="k-quiet g-about">{row.description}</span>
        </span>
      ),
    },
    { key: 'share', title: t('share'), render: (row) => <Share percent={row.percent} /> },
    { key: 'overrides', title: t('overrides'), from: 'md', render: byHand },
    {
      key: 'changed',
      title: t('changed'),
      align: 'right',
      from: 'lg',
      render: (row) => <span className="k-nowrap">{format.ago(row.changedAt)}</span>,
    },
  ];
  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
          {t('make')}
        </Button>
      }
    >
      <List
        name="flags"
        document={OwnerFeatureFlagsDocument}
        variables={() => ({})}
        connection={(found) => found.featureFlags}
        columns={columns}
        onData={onData}
        opens
        version={version}
        empty={{ title: t('empty'), hint: t('emptyHint') }}
      />
      <AddressDrawer
        title={
          opened ? (
            <span className="p-title">
              <code className="p-code">{opened.key}</code>
              <Share percent={opened.percent} />
            </span>
          ) : (
            t('title')
          )
        }
      >
        {opened && <FlagFile key={opened.id} flag={opened} onChanged={changed} />}
        {!opened && (data ? <Empty title={t('gone')} /> : <Loading />)}
      </AddressDrawer>
      <SideDrawer open={making} onClose={() => setMaking(false)} title={t('make')}>
        <FlagForm
          onSaved={() => {
            setMaking(false);
            changed();
          }}
        />
      </SideDrawer>
    </Page>
  );
}

function Share({ percent }: { percent: number }) {
  const t = useTexts(texts);
  const format = useFormat();
  if (percent === 0) return <StateTag mood="off">{t('nobody')}</StateTag>;
  if (percent === 100) return <StateTag mood="good">{t('everybody')}</StateTag>;
  return <StateTag mood="run">{t('some', { share: format.percent(percent / 100) })}</StateTag>;
}
