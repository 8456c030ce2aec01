/** What third parties have registered for their apps to send. */

import {
  OperatorDocumentRemoveDocument,
  OperatorRegisteredDocumentsDocument,
  type OperatorRegisteredDocumentsQuery,
} from '@daiqu/client';
import {
  AddressDrawer,
  CopyLine,
  Empty,
  Facts,
  List,
  Opener,
  useAct,
  useAddress,
  useConfirm,
  useFormat,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { Button } from 'antd';
import { useCallback, useState } from 'react';
import { Code } from './code';
import { texts } from './texts';

type Registered = OperatorRegisteredDocumentsQuery['registeredDocuments']['edges'][number]['node'];

export function Documents() {
  const t = useTexts(texts);
  const format = useFormat();
  const confirm = useConfirm();
  const [values, change] = useAddress();
  const [version, setVersion] = useState(0);
  const [rows, setRows] = useState<readonly Registered[]>();
  const [remove, removing] = useAct(OperatorDocumentRemoveDocument);
  const onData = useCallback(
    (data: OperatorRegisteredDocumentsQuery) => setRows(data.registeredDocuments.edges.map(({ node }) => node)),
    [],
  );
  const open = rows?.find(({ id }) => id === values['open']);

  const columns: Column<Registered>[] = [
    { key: 'name', title: t('document'), render: (row) => <Opener id={row.id}>{row.name}</Opener> },
    {
      key: 'id',
      title: t('documentId'),
      from: 'md',
      render: (row) => <span className="i-id k-clip">{row.documentId}</span>,
    },
    { key: 'at', title: t('registered'), render: (row) => format.moment(row.registeredAt) },
  ];

  async function takeAway({ id, name }: Registered) {
    const question = { title: t('askRemove', { name }), hint: t('askRemoveHint'), ok: t('remove'), danger: true };
    if (!(await confirm(question))) return;
    const outcome = await remove({ input: { registeredDocumentId: id } }, { done: t('didRemove', { name }) });
    if (!outcome || !('done' in outcome)) return;
    change({ open: null });
    setVersion((n) => n + 1);
  }

  return (
    <>
      <List
        name="registered-documents"
        document={OperatorRegisteredDocumentsDocument}
        variables={() => ({})}
        connection={(data) => data.registeredDocuments}
        columns={columns}
        opens
        onData={onData}
        version={version}
        empty={{ title: t('noDocuments'), hint: t('noDocumentsHint') }}
      />
      <AddressDrawer title={open?.name ?? t('document')}>
        {open ? (
          <div className="k-stack">
            <Facts items={[[t('registered'), format.instant(open.registeredAt)]]} />
            <CopyLine label={t('documentId')} value={open.documentId} />
            <Code what={t('text')} text={open.text} />
            <span>
              <Button danger loading={removing} onClick={() => void takeAway(open)}>
                {t('remove')}
              </Button>
            </span>
          </div>
        ) : (
          rows && <Empty title={t('gone')} />
        )}
      </AddressDrawer>
    </>
  );
}
