/** Releases through the fleet: the one that runs, what failed, who is behind, and those before. */

import {
  OwnerReleaseRetryDocument,
  OwnerReleasesDocument,
  type OwnerReleaseFragment,
  type OwnerReleasesQuery,
} from '@daiqu/client';
import {
  AddressDrawer,
  CopyLine,
  List,
  Loading,
  Opener,
  Page,
  Sheet,
  StateTag,
  useAct,
  useAddress,
  useFormat,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { Alert, Button, Progress, Tooltip } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useAgain } from '../../parts/fleet/again';
import { leftOf, percentOf, spanOf } from '../../parts/fleet/amounts';
import { Figures, type Figure } from '../../parts/fleet/figures';
import { LookAgain } from '../../parts/fleet/look';
import { fleetTexts } from '../../parts/fleet/texts';
import { TenantLink } from '../../parts/tenant-link';
import { RunFile } from './file';
import { paceOf, RunState, shortOf } from './state';
import { texts } from './texts';

type Run = OwnerReleaseFragment;
type Standing = OwnerReleasesQuery['fleetRelease'];

/** So long a run that was asked for here is waited for. */
const PATIENCE_MS = 20_000;

export default function ReleasesView() {
  const t = useTexts(texts);
  const said = useTexts(fleetTexts);
  const format = useFormat();
  const [values] = useAddress();
  const [data, setData] = useState<OwnerReleasesQuery>();
  const [expected, setExpected] = useState(false);
  const onData = useCallback((next: OwnerReleasesQuery) => setData(next), []);
  const runs = data?.releases.edges.map(({ node }) => node) ?? [];
  const running = runs.find((run) => run.state === 'RUNNING');
  const standing = data?.fleetRelease;
  const [version, again] = useAgain(Boolean(running ?? standing?.lookWaitsSince) || expected);
  useEffect(() => {
    if (!expected) return;
    const timer = setTimeout(() => setExpected(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [expected]);
  const opened = runs.find((run) => run.id === values['open']);
  const asked = () => {
    setExpected(true);
    again();
  };

  const columns: Column<Run>[] = [
    {
      key: 'started',
      title: t('started'),
      render: (run) => (
        <span className="f-stack">
          <Opener id={run.id}>{format.instant(run.startedAt)}</Opener>
          <span className="k-quiet f-code">{shortOf(run.release)}</span>
        </span>
      ),
    },
    { key: 'state', title: t('state'), render: (run) => <RunState run={run} /> },
    {
      key: 'schemas',
      title: t('schemas'),
      align: 'right',
      render: (run) =>
        run.total === 0 && run.platform.length > 0 ? (
          <span className="k-quiet">{t('platformOnly')}</span>
        ) : (
          `${format.number(run.migrated)} / ${format.number(run.total)}`
        ),
    },
    {
      key: 'took',
      title: t('took'),
      align: 'right',
      from: 'md',
      render: (run) => {
        if (!run.finishedAt) return <span className="k-quiet">—</span>;
        const span = spanOf((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000);
        return said(span.key, { count: span.count });
      },
    },
    {
      key: 'pace',
      title: t('paceTitle'),
      align: 'right',
      from: 'lg',
      render: (run) =>
        run.pace == null ? <span className="k-quiet">—</span> : t('pace', { pace: format.number(paceOf(run.pace)) }),
    },
  ];

  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <LookAgain looked={standing?.look?.looked} waitsSince={standing?.lookWaitsSince} onAsked={again} />
      }
    >
      <div className="f-page">
        <Places standing={standing} />
        {running && <OnItsWay run={running} />}
        {standing && standing.look && standing.look.release !== standing.release && !running && (
          <Alert
            type="warning"
            showIcon
            title={t('newCode')}
            description={<CopyLine label={t('newCodeHint')} value="manage.py fleet migrate" />}
          />
        )}
        {standing && standing.failures.length > 0 && (
          <Failures failures={standing.failures} waiting={expected || Boolean(running)} onRetry={asked} />
        )}
        {standing && <Behind standing={standing} />}
        <section>
          <h2 className="k-hidden">{t('runs')}</h2>
          <List
            name="releases"
            document={OwnerReleasesDocument}
            variables={() => ({})}
            connection={(all) => all.releases}
            columns={columns}
            onData={onData}
            version={version}
            opens
            empty={{ title: t('empty'), hint: t('emptyHint') }}
          />
        </section>
      </div>
      <AddressDrawer title={opened ? `${t('release')} ${shortOf(opened.release)}` : t('release')}>
        {values['open'] && (data ? <RunFile run={opened} /> : <Loading />)}
      </AddressDrawer>
    </Page>
  );
}

function Places({ standing }: { standing: Standing | undefined }) {
  const t = useTexts(texts);
  const format = useFormat();
  const look = standing?.look;
  const figure = (key: 'current' | 'behind' | 'ahead' | 'failed', note: string): Figure => ({
    key,
    label: t(`figures.${key}`),
    value: look ? format.number(look[key]) : '–',
    note,
    bad: key === 'failed' && (look?.failed ?? 0) > 0,
  });
  return (
    <Figures
      loading={!standing}
      figures={[
        figure('current', t('figures.schemas')),
        figure('behind', t('figures.behindNote')),
        figure('failed', t('figures.failedNote')),
        figure('ahead', t('figures.aheadNote')),
      ]}
    />
  );
}

function OnItsWay({ run }: { run: Run }) {
  const t = useTexts(texts);
  const said = useTexts(fleetTexts);
  const format = useFormat();
  const left = leftOf(run);
  const span = left === null ? null : spanOf(left);
  return (
    <Sheet title={t('running', { release: shortOf(run.release) })}>
      <div className="f-run">
        <Progress
          percent={percentOf(run.done, run.total)}
          status="active"
          format={(percent) => `${percent ?? 0} %`}
          aria-label={t('bar')}
        />
        <p className="f-line k-quiet">
          <span>{t('of', { done: format.number(run.done), total: format.number(run.total) })}</span>
          {run.pace != null && <span>{t('pace', { pace: format.number(paceOf(run.pace)) })}</span>}
          {span && <span>{t('left', { left: said(span.key, { count: span.count }) })}</span>}
          {run.failed > 0 && <StateTag mood="bad">{t('failedSoFar', { count: format.number(run.failed) })}</StateTag>}
        </p>
      </div>
    </Sheet>
  );
}

interface FailuresProps {
  failures: Standing['failures'];
  waiting: boolean;
  onRetry: () => void;
}

function Failures({ failures, waiting, onRetry }: FailuresProps) {
  const t = useTexts(texts);
  const said = useTexts(fleetTexts);
  const [retry, retrying] = useAct(OwnerReleaseRetryDocument);
  const tenants = failures.filter((each) => each.tenantId);
  const go = async () => {
    const outcome = await retry({}, { done: t('retried', { count: tenants.length }) });
    if (outcome && 'done' in outcome) onRetry();
  };
  return (
    <Sheet
      flush
      title={t('failures')}
      extra={
        tenants.length > 0 && (
          <Button type="primary" loading={retrying} disabled={waiting} onClick={() => void go()}>
            {t('retry')}
          </Button>
        )
      }
    >
      <ul className="f-lines">
        {failures.map((each) => (
          <li key={each.schema}>
            <span className="f-line">
              {each.tenantId ? (
                <TenantLink tenant={{ id: each.tenantId, name: each.name ?? each.schema }} />
              ) : (
                <span>
                  {said('blank')} <span className="k-quiet f-code">{each.schema}</span>
                </span>
              )}
              {each.migration && <span className="k-quiet">{t('at', { migration: each.migration })}</span>}
              {each.halfWay && (
                <Tooltip title={t('halfWayHint')}>
                  <span tabIndex={0}>
                    <StateTag mood="bad">{t('halfWay')}</StateTag>
                  </span>
                </Tooltip>
              )}
            </span>
            <span className="f-code" lang="en">
              {each.error}
            </span>
          </li>
        ))}
      </ul>
      <div className="f-foot">
        <span className="k-quiet">{t('failuresHint')}</span>
        <CopyLine label={t('byHand')} value="manage.py fleet migrate" />
      </div>
    </Sheet>
  );
}

/** Those who are not on the release, but for those that failed, which have a part of their own. */
function Behind({ standing }: { standing: Standing }) {
  const t = useTexts(texts);
  const said = useTexts(fleetTexts);
  const look = standing.look;
  const named = new Set(standing.failures.map((each) => each.schema));
  const schemas = look?.schemas.filter((each) => !named.has(each.schema)) ?? [];
  if (!look || schemas.length === 0) return null;
  const more = look.behind + look.ahead + look.failed - look.schemas.length;
  return (
    <Sheet flush title={t('behind')}>
      <ul className="f-lines">
        {schemas.slice(0, 20).map((each) => (
          <li key={each.schema}>
            <span className="f-line">
              <span>{each.slug ?? said('blank')}</span>
              <StateTag mood={each.place === 'failed' ? 'bad' : 'wait'}>
                {t(`place.${each.place as 'behind' | 'ahead' | 'failed'}`)}
              </StateTag>
              {each.halfWay && <StateTag mood="bad">{t('halfWay')}</StateTag>}
              <span className="k-quiet f-code">
                {each.schema} · {each.server}
              </span>
              {each.problem && <span lang="en">{each.problem}</span>}
            </span>
          </li>
        ))}
      </ul>
      <div className="f-foot">
        {schemas.length + more > 20 && (
          <span className="k-quiet">{said('more', { count: schemas.length + more - 20 })}</span>
        )}
        <CopyLine label={t('bring')} value="manage.py fleet migrate" />
        <CopyLine label={t('plan')} value="manage.py fleet migrate --plan" />
      </div>
    </Sheet>
  );
}
