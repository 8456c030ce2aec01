/** The backups of one operator: how each went, whether it is whole, and how to bring it back. */

import {
  OwnerBackupVerifyDocument,
  OwnerTenantBackupDocument,
  OwnerTenantBackupsDocument,
  type OwnerBackupFragment,
} from '@daiqu/client';
import { CopyLine, Empty, Failed, Loading, StateTag, useAct, useFormat, useTexts } from '@daiqu/kit';
import { Button, Collapse } from 'antd';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { useAgain } from '../../parts/fleet/again';
import '../../parts/parts.css';
import { newestOf, standingOf } from './standing';
import { Making, Standing } from './states';
import { BACKUP_MOODS, texts } from './texts';

function useBackups(id: string) {
  const [result, ask] = useQuery({ query: OwnerTenantBackupsDocument, variables: { id } });
  return { ...result, again: () => ask({ requestPolicy: 'network-only' }) };
}

export function BackupsTitle({ id }: { id: string }) {
  const t = useTexts(texts);
  const tenant = useBackups(id).data?.tenant;
  if (!tenant) return <>{t('title')}</>;
  return (
    <span className="p-title">
      {tenant.name}
      <Standing standing={standingOf(tenant)} />
    </span>
  );
}

export function BackupsFoot({ id, onAsked }: { id: string; onAsked: () => void }) {
  const t = useTexts(texts);
  const { data, again } = useBackups(id);
  const [backup, backingUp] = useAct(OwnerTenantBackupDocument);
  const tenant = data?.tenant;
  if (!tenant) return null;
  const busy = tenant.backups.some((each) => each.state === 'RUNNING');
  const go = async () => {
    await backup({ input: { tenantId: tenant.id } }, { done: t('asked', { name: tenant.name }) });
    again();
    onAsked();
  };
  return (
    <div className="p-foot">
      <Button type="primary" loading={backingUp} disabled={busy || tenant.state === 'ERASED'} onClick={() => void go()}>
        {t('now')}
      </Button>
    </div>
  );
}

export function BackupsFile({ id, onAsked }: { id: string; onAsked: () => void }) {
  const t = useTexts(texts);
  const { data, error, again } = useBackups(id);
  const tenant = data?.tenant;
  const [version] = useAgain(Boolean(tenant?.backups.some((each) => each.state === 'RUNNING' || each.verifying)));
  useEffect(() => {
    if (version) again();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked anew when its time has come, and only then
  }, [version]);
  if (error && !data) return <Failed error={error} retry={again} />;
  if (!data) return <Loading />;
  if (!tenant) return <Empty title={t('gone')} />;
  if (tenant.backups.length === 0) return <Empty title={t('none')} hint={t('noneHint')} />;
  const newest = newestOf(tenant.backups);
  return (
    <ul className="b-list">
      {tenant.backups.map((each) => (
        <li key={each.id}>
          <One
            backup={each}
            name={tenant.name}
            slug={tenant.slug}
            latest={each === newest}
            onAsked={() => {
              again();
              onAsked();
            }}
          />
        </li>
      ))}
    </ul>
  );
}

interface OneProps {
  backup: OwnerBackupFragment;
  name: string;
  slug: string;
  latest: boolean;
  onAsked: () => void;
}

function One({ backup, name, slug, latest, onAsked }: OneProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const [verify, asking] = useAct(OwnerBackupVerifyDocument);
  const done = backup.state === 'DONE';
  return (
    <article className="f-run">
      <div className="f-line">
        <time className="k-strong" dateTime={backup.startedAt}>
          {format.instant(backup.startedAt)}
        </time>
        <StateTag mood={backup.broken ? 'bad' : BACKUP_MOODS[backup.state]}>
          {backup.broken ? t('broken') : t(`states.${backup.state}`)}
        </StateTag>
        <span className="k-quiet">{t(`kinds.${backup.kind}`)}</span>
        {done && (
          <span className="k-quiet f-end">
            {t('rows', { count: format.number(backup.rows) })} · {format.bytes(backup.bytes)}
          </span>
        )}
      </div>
      {backup.state === 'RUNNING' && <Making backup={backup} name={name} />}
      {backup.failure && (
        <p>
          {t(`failure.${backup.failure}`)}{' '}
          <span className="k-quiet f-code" lang="en">
            {backup.error}
          </span>
        </p>
      )}
      {backup.broken && (
        <p>
          {t('brokenHint')}{' '}
          <span className="f-code" lang="en">
            {backup.broken}
          </span>
        </p>
      )}
      {done && (
        <div className="f-line">
          <span className="k-quiet" aria-live="polite">
            {backup.verifying
              ? t('verifying')
              : backup.verifiedAt
                ? !backup.broken && t('verified', { ago: format.ago(backup.verifiedAt) })
                : t('unverified')}
          </span>
          <Button
            size="small"
            className="f-end"
            loading={asking || backup.verifying}
            onClick={() =>
              void verify({ input: { backupId: backup.id } }, { done: t('verifyAsked') }).then(onAsked)
            }
          >
            {t('verify')}
          </Button>
        </div>
      )}
      {done && !backup.broken && (
        <Collapse
          ghost
          size="small"
          className="b-restore"
          items={[
            {
              key: 'restore',
              label: t('restore'),
              children: <Restore slug={slug} id={backup.id} latest={latest} />,
            },
          ]}
        />
      )}
    </article>
  );
}

/** The commands, in their order; the newest has a name of its own. */
function Restore({ slug, id, latest }: { slug: string; id: string; latest: boolean }) {
  const t = useTexts(texts);
  const command = `manage.py fleet restore ${slug}`;
  return (
    <div className="b-steps">
      <p className="k-quiet">{t('restoreHint')}</p>
      <CopyLine label={t('steps.load')} value={`${command} --at ${latest ? 'latest' : id}`} />
      <CopyLine label={t('steps.swap')} value={`${command} --swap`} />
      <CopyLine label={t('steps.undo')} value={`${command} --undo`} />
      <CopyLine label={t('steps.drop')} value={`${command} --drop`} />
    </div>
  );
}
