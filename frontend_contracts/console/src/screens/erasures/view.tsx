/** Every erasure that was asked for, the newest first; what is left of each is its certificate. */

import { OwnerErasuresDocument, type OwnerErasureFragment, type OwnerErasuresQuery } from '@daiqu/client';
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
import { ErasureFile, ErasureFoot } from './file';
import { ERASURE_MOODS, texts } from './texts';

export default function ErasuresView() {
  const t = useTexts(texts);
  const format = useFormat();
  const [values] = useAddress();
  const [version, setVersion] = useState(0);
  const [data, setData] = useState<OwnerErasuresQuery>();
  const onData = useCallback((next: OwnerErasuresQuery) => setData(next), []);
  const opened = data?.erasures.edges.find(({ node }) => node.id === values['open'])?.node;

  const columns: Column<OwnerErasureFragment>[] = [
    { key: 'operator', title: t('operator'), render: (row) => <Opener id={row.id}>{row.tenant.name}</Opener> },
    {
      key: 'state',
      title: t('state'),
      render: (row) => <StateTag mood={ERASURE_MOODS[row.state]}>{t(`states.${row.state}`)}</StateTag>,
    },
    {
      key: 'due',
      title: t('due'),
      render: (row) => {
        if (row.state !== 'REQUESTED') return <span className="k-quiet">—</span>;
        return row.moves.includes('CONFIRM') ? t('ready') : t('from', { at: format.moment(row.dueAt) });
      },
    },
    { key: 'reason', title: t('reason'), from: 'md', render: (row) => row.reason },
    {
      key: 'asked',
      title: t('asked'),
      align: 'right',
      from: 'lg',
      render: (row) => t('by', { name: row.requestedBy.name, at: format.day(row.requestedAt) }),
    },
  ];
  return (
    <Page title={t('title')} hint={t('hint')}>
      <List
        name="erasures"
        document={OwnerErasuresDocument}
        variables={() => ({})}
        connection={(found) => found.erasures}
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
              {opened.tenant.name}
              <StateTag mood={ERASURE_MOODS[opened.state]}>{t(`states.${opened.state}`)}</StateTag>
            </span>
          ) : (
            t('title')
          )
        }
        foot={opened && <ErasureFoot erasure={opened} onChanged={() => setVersion((n) => n + 1)} />}
      >
        {opened && <ErasureFile erasure={opened} />}
        {!opened && (data ? <Empty title={t('gone')} /> : <Loading />)}
      </AddressDrawer>
    </Page>
  );
}
