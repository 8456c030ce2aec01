/** Whether every operator has a good backup, what is being made now, and how they are kept. */

import { OwnerBackupsDocument, type OwnerBackupsQuery, type TenantFinding } from '@daiqu/client';
import {
  AddressDrawer,
  Facts,
  List,
  Opener,
  Page,
  Sheet,
  useAddress,
  useFormat,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { useCallback, useState } from 'react';
import { useAgain } from '../../parts/fleet/again';
import { Figures } from '../../parts/fleet/figures';
import { TenantLink } from '../../parts/tenant-link';
import { BackupsFile, BackupsFoot, BackupsTitle } from './file';
import { hourHere, newestOf, standingOf, type Operator } from './standing';
import { Making, Standing } from './states';
import { texts } from './texts';

type Fleet = OwnerBackupsQuery['fleetBackups'];

const FINDINGS: readonly TenantFinding[] = ['BACKUP_STALE', 'BACKUP_FAILED'];

export default function BackupsView() {
  const t = useTexts(texts);
  const format = useFormat();
  const [values] = useAddress();
  const [data, setData] = useState<OwnerBackupsQuery>();
  const onData = useCallback((next: OwnerBackupsQuery) => setData(next), []);
  const fleet = data?.fleetBackups;
  const [version, again] = useAgain(Boolean(fleet?.underWay.length));
  const open = values['open'];

  const columns: Column<Operator>[] = [
    { key: 'name', title: t('name'), render: (row) => <Opener id={row.id}>{row.name}</Opener> },
    { key: 'state', title: t('state'), render: (row) => <Standing standing={standingOf(row)} /> },
    {
      key: 'last',
      title: t('last'),
      render: (row) => {
        const at = row.health.lastBackupAt;
        if (!at) return <span className="k-quiet">{t('never')}</span>;
        return (
          <span className="f-stack">
            <span className="k-nowrap">{format.ago(at)}</span>
            <time className="k-quiet k-nowrap" dateTime={at}>
              {format.moment(at)}
            </time>
          </span>
        );
      },
    },
    {
      key: 'size',
      title: t('size'),
      align: 'right',
      from: 'sm',
      render: (row) => {
        const newest = newestOf(row.backups);
        return newest ? format.bytes(newest.bytes) : <span className="k-quiet">—</span>;
      },
    },
    {
      key: 'kept',
      title: t('kept'),
      align: 'right',
      from: 'md',
      render: (row) => format.number(row.backups.filter((each) => each.state === 'DONE').length),
    },
    {
      key: 'checked',
      title: t('checked'),
      align: 'right',
      from: 'lg',
      render: (row) => {
        const at = row.backups.map((each) => each.verifiedAt).find(Boolean);
        return at ? format.ago(at) : <span className="k-quiet">{t('never')}</span>;
      },
    },
  ];

  return (
    <Page title={t('title')} hint={t('hint')}>
      <div className="f-page">
        <Head fleet={fleet} />
        {fleet && fleet.underWay.length > 0 && (
          <Sheet flush title={t('underWay')}>
            <ul className="f-lines" aria-live="off">
              {fleet.underWay.map(({ tenantId, name, backup }) => (
                <li key={backup.id}>
                  <span className="f-line">
                    <TenantLink tenant={{ id: tenantId, name }} />
                    <span className="k-quiet">{t(`kinds.${backup.kind}`)}</span>
                  </span>
                  <Making backup={backup} name={name} />
                </li>
              ))}
            </ul>
          </Sheet>
        )}
        <List
          name="backups"
          document={OwnerBackupsDocument}
          variables={(what) => ({
            search: what['search'] ?? null,
            findings: FINDINGS.find((each) => each === what['findings']) ?? null,
          })}
          connection={(all) => all.tenants}
          columns={columns}
          views={[
            { title: t('views.all'), search: '' },
            { title: t('views.late'), search: 'findings=BACKUP_STALE' },
            { title: t('views.failed'), search: 'findings=BACKUP_FAILED' },
          ]}
          filters={[{ kind: 'search', key: 'search', label: t('search') }]}
          onData={onData}
          version={version}
          opens
          empty={{ title: t('empty'), hint: t('emptyHint') }}
        />
        {fleet && <How fleet={fleet} />}
      </div>
      <AddressDrawer
        title={open && <BackupsTitle id={open} />}
        foot={open && <BackupsFoot id={open} onAsked={again} />}
      >
        {open && <BackupsFile key={open} id={open} onAsked={again} />}
      </AddressDrawer>
    </Page>
  );
}

function Head({ fleet }: { fleet: Fleet | undefined }) {
  const t = useTexts(texts);
  const format = useFormat();
  // Who has none at all is new, or among what the doctor found.
  const late = fleet ? fleet.served - fleet.fresh - fleet.never : 0;
  const { storeFree: free, storeSize: size } = fleet ?? {};
  return (
    <Figures
      loading={!fleet}
      figures={[
        {
          key: 'fresh',
          label: t('figures.fresh'),
          value: format.number(fleet?.fresh ?? 0),
          note: t('figures.of', { count: format.number(fleet?.served ?? 0) }),
          bad: late > 0,
        },
        {
          key: 'oldest',
          label: t('figures.oldest'),
          value: fleet?.oldest ? format.ago(fleet.oldest) : '–',
          note: fleet?.never ? t('figures.never', { count: fleet.never }) : undefined,
        },
        {
          key: 'making',
          label: t('figures.making'),
          value: format.number(fleet?.making ?? 0),
          note: t('figures.waiting', { count: format.number(fleet?.waiting ?? 0) }),
        },
        {
          key: 'failed',
          label: t('figures.failed'),
          value: format.number(fleet?.failed ?? 0),
          note: t('figures.failedNote'),
          bad: Boolean(fleet?.failed),
        },
        {
          key: 'room',
          label: t('figures.room'),
          value: free == null ? '–' : format.bytes(free),
          note: size == null ? t('figures.unknown') : t('figures.roomOf', { size: format.bytes(size) }),
          bad: free != null && size != null && free < size / 10,
        },
      ]}
    />
  );
}

function How({ fleet }: { fleet: Fleet }) {
  const t = useTexts(texts);
  const format = useFormat();
  const from = hourHere(fleet.hour, format.time, new Date(fleet.at));
  return (
    <Sheet title={t('how')}>
      <Facts
        items={[
          [t('night'), t('nightAt', { from, hours: fleet.hours })],
          [t('stay'), t('stayFor', { nights: fleet.nights, days: fleet.onDemandDays })],
          [t('sealed'), t('sealedHow')],
          [
            t('signed'),
            <span key="signed">
              {t('signedHow')} <span className="f-code">{fleet.signer}</span>
            </span>,
          ],
          [
            t('where'),
            <span key="where" className="f-code">
              {fleet.root}
            </span>,
          ],
        ]}
      />
      <p className="k-quiet k-gap-above">{t('elsewhere')}</p>
    </Sheet>
  );
}

