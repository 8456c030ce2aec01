/** The templates, each in its newest version; its drawer has all of them, and what each changed. */

import { OwnerTemplatesDocument, type OwnerTemplateVersionFragment } from '@daiqu/client';
import {
  AddressDrawer,
  Empty,
  Failed,
  Loading,
  Opener,
  Page,
  Sheet,
  SideDrawer,
  useAddress,
  useFormat,
  useTexts,
} from '@daiqu/kit';
import { Button, Table } from 'antd';
import { PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useQuery } from 'urql';
import { FromTenantForm } from './from-tenant';
import { texts } from './texts';
import { TemplateVersions } from './versions';

type Row = OwnerTemplateVersionFragment;

export function TemplateList() {
  const t = useTexts(texts);
  const format = useFormat();
  const go = useNavigate();
  const [values, change] = useAddress();
  const [taking, setTaking] = useState(false);
  const [{ data, error }, ask] = useQuery({ query: OwnerTemplatesDocument, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  const open = values['open'];
  const opened = data?.templates.find(({ key }) => key === open);

  const columns = [
    {
      key: 'name',
      title: t('name'),
      render: (_: unknown, row: Row) => (
        <span className="p-two">
          <Opener id={row.key}>{row.title}</Opener>
          <span className="k-quiet j-about">{row.summary}</span>
        </span>
      ),
    },
    {
      key: 'key',
      title: t('key'),
      responsive: ['md' as const],
      render: (_: unknown, row: Row) => <code className="p-code">{row.key}</code>,
    },
    { key: 'version', title: t('version'), align: 'right' as const, render: (_: unknown, row: Row) => row.number },
    {
      key: 'note',
      title: t('note'),
      responsive: ['lg' as const],
      render: (_: unknown, row: Row) => <span className="j-about">{row.note || '—'}</span>,
    },
    {
      key: 'written',
      title: t('written'),
      align: 'right' as const,
      responsive: ['md' as const],
      render: (_: unknown, row: Row) => <span className="k-nowrap">{format.day(row.createdAt)}</span>,
    },
  ];

  let body = <Loading rows={4} />;
  if (data?.templates.length) {
    body = (
      <div className="k-list k-list-opens">
        <Table<Row>
          size="middle"
          rowKey="key"
          columns={columns}
          dataSource={data.templates as Row[]}
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowClassName={(row) => (row.key === open ? 'k-here' : '')}
          onRow={(row) => ({
            onClick(event) {
              if (!(event.target as Element).closest('a, button')) change({ open: row.key });
            },
          })}
        />
      </div>
    );
  } else if (data) {
    body = <Empty title={t('empty')} hint={t('emptyHint')} />;
  } else if (error) {
    body = <Failed error={error} retry={again} />;
  }
  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <>
          <Button onClick={() => setTaking(true)}>{t('fromTenant')}</Button>
          <Button type="primary" icon={<PlusOutlined />} onClick={() => void go('/templates/new')}>
            {t('make')}
          </Button>
        </>
      }
    >
      <Sheet flush>{body}</Sheet>
      <AddressDrawer
        title={opened?.title ?? t('title')}
        foot={
          opened && (
            <div className="p-foot">
              <Button type="primary" onClick={() => void go(`/templates/${opened.key}/edit`)}>
                {t('edit')}
              </Button>
              <Button onClick={() => void go(`/templates/new?from=${opened.key}`)}>{t('copy')}</Button>
            </div>
          )
        }
      >
        {open && <TemplateVersions key={`${open} ${opened?.number ?? 0}`} template={open} />}
      </AddressDrawer>
      <SideDrawer open={taking} onClose={() => setTaking(false)} title={t('fromTenant')}>
        <FromTenantForm
          templates={data?.templates ?? []}
          onDone={(key) => {
            setTaking(false);
            if (!key) return;
            again();
            change({ open: key });
          }}
        />
      </SideDrawer>
    </Page>
  );
}
