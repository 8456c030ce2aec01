/** One operator: what it uses, where it is reached, how its standing may be changed. */

import {
  OwnerTenantActivateDocument,
  OwnerTenantArchiveDocument,
  OwnerTenantBackupDocument,
  OwnerTenantPageDocument,
  OwnerTenantPastDueDocument,
  OwnerTenantPlanChangeDocument,
  OwnerTenantReopenDocument,
  OwnerTenantResumeDocument,
  OwnerTenantSuspendDocument,
  type OwnerTenantPageQuery,
  type TenantState,
} from '@daiqu/client';
import { Empty, Facts, Failed, Loading, StateTag, useAct, useFormat, useTexts, type Format } from '@daiqu/kit';
import { Button, Form, Input, Modal, Progress, Select } from 'antd';
import { useState } from 'react';
import { useQuery } from 'urql';
import { oneLine } from '../../parts/line';
import { EraseRequest } from '../erasures/request';
import { LookIn } from '../visits/start';
import { AdministratorInvite } from './administrator';
import { TENANT_MOODS, texts } from './texts';
import { Health } from './view';

type Tenant = NonNullable<OwnerTenantPageQuery['tenant']>;

/** Moves made here; an erasure has a page of its own. */
const MOVES = ['ACTIVATE', 'RESUME', 'REOPEN', 'PAST_DUE', 'SUSPEND', 'ARCHIVE'] as const;
type Move = (typeof MOVES)[number];
const SERVED: readonly TenantState[] = ['TRIAL', 'ACTIVE', 'PAST_DUE'];
const HARSH: readonly Move[] = ['PAST_DUE', 'SUSPEND', 'ARCHIVE'];
/** What takes a move back, where something does. */
const BACK: Partial<Record<Move, Move>> = { SUSPEND: 'RESUME', ARCHIVE: 'REOPEN' };

function useTenant(id: string) {
  const [result, again] = useQuery({ query: OwnerTenantPageDocument, variables: { id } });
  return { ...result, again: () => again({ requestPolicy: 'network-only' }) };
}

export function TenantTitle({ id }: { id: string }) {
  const t = useTexts(texts);
  const tenant = useTenant(id).data?.tenant;
  if (!tenant) return <>{t('title')}</>;
  return (
    <span className="n-title">
      {tenant.name}
      <StateTag mood={TENANT_MOODS[tenant.state]}>{t(`states.${tenant.state}`)}</StateTag>
    </span>
  );
}

function useMove(tenant: Tenant | null | undefined, onChanged: () => void) {
  const t = useTexts(texts);
  const [activate, a] = useAct(OwnerTenantActivateDocument);
  const [pastDue, b] = useAct(OwnerTenantPastDueDocument);
  const [suspend, c] = useAct(OwnerTenantSuspendDocument);
  const [resume, d] = useAct(OwnerTenantResumeDocument);
  const [archive, e] = useAct(OwnerTenantArchiveDocument);
  const [reopen, f] = useAct(OwnerTenantReopenDocument);
  const acts = { ACTIVATE: activate, PAST_DUE: pastDue, SUSPEND: suspend, RESUME: resume, ARCHIVE: archive, REOPEN: reopen };
  const go = async (move: Move, reason: string): Promise<boolean> => {
    if (!tenant) return false;
    const back = BACK[move];
    const telling = {
      done: t(`did.${move}`, { name: tenant.name }),
      ...(back && { undo: () => void go(back, reason) }),
    };
    const outcome = await acts[move]({ input: { tenantId: tenant.id, reason: oneLine(reason) } }, telling);
    if (outcome) onChanged();
    return Boolean(outcome && 'done' in outcome);
  };
  return { go, running: a || b || c || d || e || f };
}

export function TenantFoot({ id, onChanged }: { id: string; onChanged: () => void }) {
  const t = useTexts(texts);
  const { data, again } = useTenant(id);
  const tenant = data?.tenant;
  const [asked, setAsked] = useState<Move | null>(null);
  const { go, running } = useMove(tenant, () => {
    again();
    onChanged();
  });
  if (!tenant) return null;
  const moves = MOVES.filter((move) => (tenant.moves as readonly string[]).includes(move));
  return (
    <div className="n-foot">
      {SERVED.includes(tenant.state) && <LookIn tenant={tenant} />}
      {SERVED.includes(tenant.state) && <AdministratorInvite tenant={tenant} />}
      {moves.map((move, index) => (
        <Button
          key={move}
          type={index === 0 && !HARSH.includes(move) ? 'primary' : 'default'}
          danger={move === 'SUSPEND' || move === 'ARCHIVE'}
          onClick={() => setAsked(move)}
        >
          {t(`move.${move}`)}
        </Button>
      ))}
      {tenant.moves.includes('ERASE') && <EraseRequest tenant={tenant} />}
      {asked && (
        <Modal
          open
          title={t(`ask.${asked}`, { name: tenant.name })}
          okText={t(`move.${asked}`)}
          okButtonProps={{ danger: HARSH.includes(asked), htmlType: 'submit', form: 'n-reason' }}
          confirmLoading={running}
          onCancel={() => setAsked(null)}
          width={440}
        >
          <p className="k-quiet k-gap-below">{t(`hint.${asked}`)}</p>
          <Form
            id="n-reason"
            layout="vertical"
            onFinish={({ reason }: { reason: string }) => void go(asked, reason).then((done) => done && setAsked(null))}
          >
            <Form.Item name="reason" label={t('reason')} extra={t('reasonHint')} rules={[{ required: true, whitespace: true, message: t('reasonNeeded') }]}>
              <Input.TextArea rows={2} maxLength={500} autoFocus />
            </Form.Item>
          </Form>
        </Modal>
      )}
    </div>
  );
}

export function TenantFile({ id, onChanged }: { id: string; onChanged: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { data, error, again } = useTenant(id);
  const [backup, backingUp] = useAct(OwnerTenantBackupDocument);
  const [changePlan, changingPlan] = useAct(OwnerTenantPlanChangeDocument);
  if (error && !data) return <Failed error={error} retry={again} />;
  if (!data) return <Loading />;
  const { tenant, plans } = data;
  if (!tenant) return <Empty title={t('gone')} />;
  const port = location.port ? `:${location.port}` : '';

  return (
    <>
      <Facts
        items={[
          [t('slug'), tenant.slug],
          [t('health'), <Health key="health" findings={tenant.health.findings} />],
          [t('created'), format.day(tenant.createdAt)],
          [t('active'), tenant.lastActiveAt ? format.ago(tenant.lastActiveAt) : t('never')],
          [t('lastBackup'), tenant.health.lastBackupAt ? format.ago(tenant.health.lastBackupAt) : t('never')],
          [t('server'), tenant.server],
          tenant.template != null && [t('template'), `${tenant.template.title} · ${tenant.template.number}`],
          [
            t('plan'),
            <Select
              key="plan"
              size="small"
              className="n-plan"
              aria-label={t('changePlan', { name: tenant.name })}
              loading={changingPlan}
              disabled={changingPlan}
              value={tenant.plan?.key ?? null}
              options={plans.map((plan) => ({ value: plan.key, label: `${plan.name} · ${plan.price.formatted}` }))}
              onChange={(plan) => {
                const before = tenant.plan?.key;
                const change = async (key: string, undo?: () => void): Promise<void> => {
                  const to = plans.find((each) => each.key === key)?.name ?? key;
                  const telling = { done: t('planChanged', { name: tenant.name, plan: to }), ...(undo && { undo }) };
                  const outcome = await changePlan({ input: { tenantId: tenant.id, plan: key } }, telling);
                  if (outcome) {
                    again();
                    onChanged();
                  }
                };
                void change(plan as string, before ? () => void change(before) : undefined);
              }}
            />,
          ],
        ]}
      />
      <section className="n-part">
        <h3>{t('usage')}</h3>
        <ul className="n-usage">
          {tenant.usage
            .filter(({ meter }) => meter !== 'TURNOVER')
            .map((use) => (
              <li key={use.meter}>
                <span>{t(`meter.${use.meter}`)}</span>
                <span className="k-quiet k-nowrap">
                  {amount(use.meter, use.used, format)} / {use.limit == null ? t('unlimited') : amount(use.meter, use.limit, format)}
                </span>
                <Progress
                  size="small"
                  showInfo={false}
                  aria-label={t(`meter.${use.meter}`)}
                  percent={use.limit ? Math.min(100, (use.used / use.limit) * 100) : 0}
                  status={use.warned ? 'exception' : 'normal'}
                />
              </li>
            ))}
        </ul>
      </section>
      <section className="n-part">
        <h3>{t('domains')}</h3>
        <ul className="n-lines">
          {tenant.domains.map((domain) => (
            <li key={domain.host}>
              <a href={`${location.protocol}//${domain.host}${port}/panel`} target="_blank" rel="noreferrer">
                {domain.shown}
              </a>
              {domain.primary && <StateTag mood="good">{t('primary')}</StateTag>}
              {!domain.verifiedAt && <StateTag mood="wait">{t('unproven')}</StateTag>}
            </li>
          ))}
        </ul>
      </section>
      <section className="n-part">
        <div className="k-between n-between">
          <h3>{t('backups')}</h3>
          <Button
            size="small"
            loading={backingUp}
            onClick={() => void backup({ input: { tenantId: tenant.id } }, { done: t('backedUp') }).then(again)}
          >
            {t('backup')}
          </Button>
        </div>
        {tenant.backups.length === 0 && <p className="k-quiet">{t('noBackups')}</p>}
        <ul className="n-lines">
          {tenant.backups.slice(0, 5).map((each) => (
            <li key={each.id}>
              <time dateTime={each.startedAt}>{format.instant(each.startedAt)}</time>
              <StateTag mood={each.state === 'DONE' ? 'good' : each.state === 'FAILED' ? 'bad' : 'run'}>
                {t(`backupState.${each.state}`)}
              </StateTag>
              <span className="k-quiet">{format.bytes(each.bytes)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className="n-part">
        <h3>{t('history')}</h3>
        {tenant.changes.length === 0 && <p className="k-quiet">{t('noHistory')}</p>}
        <ul className="n-lines">
          {tenant.changes.toReversed().map((change) => (
            <li key={change.at}>
              <time className="k-quiet k-nowrap" dateTime={change.at}>
                {format.instant(change.at)}
              </time>
              <span>
                {t(`states.${change.before}`)} → {t(`states.${change.after}`)}
                <span className="k-quiet">
                  {' · '}
                  {[change.owner?.name, change.reason].filter(Boolean).join(': ')}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

/** Of storage the bytes; everything else is counted. */
function amount(meter: string, value: number, format: Format): string {
  return meter === 'STORAGE' ? format.bytes(value) : format.number(value);
}
