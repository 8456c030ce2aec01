/** One run: what was lacking, how it went, who failed. */

import type { OwnerReleaseFragment } from '@daiqu/client';
import { CopyLine, Empty, Facts, useFormat, useTexts } from '@daiqu/kit';
import { spanOf } from '../../parts/fleet/amounts';
import { fleetTexts } from '../../parts/fleet/texts';
import '../../parts/parts.css';
import { RunState } from './state';
import { texts } from './texts';

const KINDS = ['tenants', 'restored', 'blank'] as const;

export function RunFile({ run }: { run: OwnerReleaseFragment | undefined }) {
  const t = useTexts(texts);
  const said = useTexts(fleetTexts);
  const format = useFormat();
  if (!run) return <Empty title={t('gone')} />;
  const span = run.finishedAt ? spanOf((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000) : null;
  return (
    <>
      <Facts
        items={[
          [t('state'), <RunState key="state" run={run} />],
          [t('schemas'), t('of', { done: format.number(run.done), total: format.number(run.total) })],
          [t('started'), format.instant(run.startedAt)],
          span !== null && [t('took'), said(span.key, { count: span.count })],
        ]}
      />
      {(run.state === 'REFUSED' || run.state === 'STOPPED') && (
        <section className="p-part">
          <p className="k-gap-below">{t(`why.${run.state}`)}</p>
          {run.error && (
            <p className="f-code k-gap-below" lang="en">
              {run.error}
            </p>
          )}
          <CopyLine
            label={run.state === 'REFUSED' ? t('commandAccept') : t('commandGoOn')}
            value={run.state === 'REFUSED' ? 'manage.py fleet migrate --accept-locks' : 'manage.py fleet migrate'}
          />
        </section>
      )}
      {run.faults.length > 0 && (
        <section className="p-part">
          <h3>{t('failures')}</h3>
          <ul className="f-steps">
            {run.faults.map((fault) => (
              <li key={fault.schema}>
                <span className="f-line">
                  <span className="k-strong">{fault.slug ?? said('blank')}</span>
                  {fault.migration && <span className="k-quiet">{t('at', { migration: fault.migration })}</span>}
                </span>
                <span className="f-code" lang="en">
                  {fault.error}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="p-part">
        <h3>{t('groups')}</h3>
        {run.groups.length === 0 && <p className="k-quiet">{t('nothingLacked')}</p>}
        <ul className="f-steps">
          {run.groups.map((group) => (
            <li key={group.migrations.join()}>
              <span className="k-strong">
                {KINDS.filter((kind) => group[kind] > 0)
                  .map((kind) => t(`who.${kind}`, { count: format.number(group[kind]) }))
                  .join(' · ')}
              </span>
              <Names names={group.migrations} />
            </li>
          ))}
        </ul>
      </section>
      {run.platform.length > 0 && (
        <section className="p-part">
          <h3>{t('platform')}</h3>
          <Names names={run.platform} />
        </section>
      )}
    </>
  );
}

function Names({ names }: { names: readonly string[] }) {
  const said = useTexts(fleetTexts);
  return (
    <span className="f-code">
      {names.slice(0, 30).join(', ')}
      {names.length > 30 && <span className="k-quiet"> {said('more', { count: names.length - 30 })}</span>}
    </span>
  );
}
