/** What the platform runs on: servers, the doctor's findings, jobs. */

import type { OwnerFleetHealthQuery } from '@daiqu/client';
import { CopyLine, Empty, Loading, Sheet, StateTag, useFormat, useTexts } from '@daiqu/kit';
import { CheckCircleOutlined, EyeOutlined } from '@ant-design/icons';
import { Progress } from 'antd';
import { fleetTexts } from '../../parts/fleet/texts';
import { TenantLink } from '../../parts/tenant-link';
import { commandOf, kindsOf, type Kind, type Look } from './findings';
import { texts } from './texts';

type Fleet = OwnerFleetHealthQuery['fleetHealth'];

/** Findings of a kind, and piles of jobs, that are named. */
const NAMED = 5;
const PILES = 8;

export function Servers({ fleet }: { fleet: Fleet | undefined }) {
  const t = useTexts(texts);
  const format = useFormat();
  const sizes = new Map(fleet?.look?.sizes.map(({ server, bytes }) => [server, bytes]));
  return (
    <Sheet flush title={t('servers')}>
      {!fleet ? (
        <Loading rows={3} />
      ) : (
        <div className="f-wide">
          <table className="f-table">
            <thead>
              <tr>
                <th scope="col">{t('server')}</th>
                <th scope="col" className="k-num">
                  {t('tenants')}
                </th>
                <th scope="col" className="k-num">
                  {t('size')}
                </th>
                <th scope="col">{t('connections')}</th>
                <th scope="col">{t('workers')}</th>
                <th scope="col">{t('jobs')}</th>
                <th scope="col">{t('blanks')}</th>
              </tr>
            </thead>
            <tbody>
              {fleet.servers.map((server) => (
                <tr key={server.name}>
                  <th scope="row">
                    <span className="h-server">
                      <span className="f-stack">
                        <span className="k-strong">{server.name}</span>
                        {server.version && <span className="k-quiet">PostgreSQL {server.version}</span>}
                      </span>
                      <StateTag mood={server.up ? 'good' : 'bad'}>{server.up ? t('up') : t('down')}</StateTag>
                    </span>
                  </th>
                  <td className="k-num">{format.number(server.tenants)}</td>
                  <td className="k-num">{sizes.has(server.name) ? format.bytes(sizes.get(server.name) ?? 0) : '–'}</td>
                  <td>
                    {server.up && (
                      <Filled
                        label={t('connections')}
                        words={t('connectionsOf', {
                          count: format.number(server.connections),
                          limit: format.number(server.connectionsLimit),
                        })}
                        share={server.connections / server.connectionsLimit}
                      />
                    )}
                  </td>
                  <td>
                    {server.up &&
                      (server.workers ? (
                        format.number(server.workers)
                      ) : (
                        <StateTag mood="bad">{t('noWorker')}</StateTag>
                      ))}
                  </td>
                  <td className="k-nowrap">
                    {server.up &&
                      t('jobsOf', {
                        waiting: format.number(server.waiting),
                        running: format.number(server.running),
                        failed: format.number(server.failed),
                      })}
                  </td>
                  <td className="k-nowrap">
                    {server.takesNew
                      ? t('blanksOf', { count: format.number(server.blanks), size: format.number(fleet.poolSize) })
                      : format.number(server.blanks)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Sheet>
  );
}

/** So full that somebody should know. */
const FULL = 0.8;

function Filled({ label, words, share }: { label: string; words: string; share: number }) {
  return (
    <span className="h-filled">
      <span className="k-nowrap">{words}</span>
      <Progress
        percent={Math.round(share * 100)}
        size="small"
        showInfo={false}
        status={share >= FULL ? 'exception' : 'normal'}
        aria-label={label}
      />
    </span>
  );
}

export function Found({ look }: { look: Look | null | undefined }) {
  const t = useTexts(texts);
  const kinds = look ? kindsOf(look) : [];
  return (
    <Sheet flush title={t('found')}>
      {!look && <Empty icon={<EyeOutlined />} title={t('unseen')} hint={t('unseenHint')} />}
      {look && kinds.length === 0 && (
        <Empty icon={<CheckCircleOutlined className="f-up" />} title={t('sound')} hint={t('soundHint')} />
      )}
      {kinds.length > 0 && (
        <>
          <ul className="f-lines">
            {kinds.map((kind) => (
              <li key={kind.kind}>
                <OneKind kind={kind} />
              </li>
            ))}
          </ul>
          <div className="f-foot">
            {kinds.some((kind) => kind.mends) ? (
              <CopyLine label={t('mend')} value="manage.py fleet doctor --mend" />
            ) : (
              <CopyLine label={t('all')} value="manage.py fleet doctor" />
            )}
          </div>
        </>
      )}
    </Sheet>
  );
}

function OneKind({ kind }: { kind: Kind }) {
  const said = useTexts(fleetTexts);
  const format = useFormat();
  const shown = kind.findings.slice(0, NAMED);
  const first = shown[0];
  const command = first && !kind.mends ? commandOf(first.how) : null;
  return (
    <>
      <span className="f-line">
        <span className="k-strong">{said(`finding.${kind.kind}`)}</span>
        <StateTag mood="bad">{format.number(kind.count)}</StateTag>
      </span>
      {shown.map((each) => (
        <span key={each.where} className="f-code" lang="en">
          {each.where}: {each.what}
        </span>
      ))}
      {kind.count > shown.length && (
        <span className="k-quiet">{said('more', { count: format.number(kind.count - shown.length) })}</span>
      )}
      {kind.mends ? null : command ? (
        <CopyLine label={said(`advice.${kind.kind}`)} value={command} />
      ) : (
        <span className="k-quiet">{said(`advice.${kind.kind}`)}</span>
      )}
    </>
  );
}

export function Jobs({ jobs }: { jobs: Fleet['jobs'] }) {
  const t = useTexts(texts);
  const said = useTexts(fleetTexts);
  const format = useFormat();
  return (
    <Sheet flush title={t('stuck')}>
      {jobs.length === 0 && <Empty icon={<CheckCircleOutlined className="f-up" />} title={t('calm')} />}
      {jobs.length > 0 && (
        <>
          <ul className="f-lines">
            {jobs.slice(0, PILES).map((pile) => (
              <li key={`${pile.server} ${pile.tenantId ?? ''} ${pile.task}`}>
                <span className="f-line">
                  {pile.tenantId ? (
                    <TenantLink tenant={{ id: pile.tenantId, name: pile.name ?? pile.tenantId }} />
                  ) : (
                    <span>{said('platform')}</span>
                  )}
                  <span className="k-quiet f-code">{pile.task}</span>
                  <span className="f-end f-line">
                    {pile.waiting > 0 && <span>{t('waiting', { count: format.number(pile.waiting) })}</span>}
                    {pile.failed > 0 && (
                      <StateTag mood="bad">{t('failed', { count: format.number(pile.failed) })}</StateTag>
                    )}
                  </span>
                </span>
              </li>
            ))}
          </ul>
          <div className="f-foot">
            {jobs.length > PILES && <span className="k-quiet">{said('more', { count: jobs.length - PILES })}</span>}
            <span className="k-quiet">{t('stuckHint')}</span>
          </div>
        </>
      )}
    </Sheet>
  );
}
