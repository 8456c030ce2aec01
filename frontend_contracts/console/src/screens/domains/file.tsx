/** One address: where it leads, and what may be done with it. */

import {
  OwnerDomainClaimRemoveDocument,
  OwnerDomainMakePrimaryDocument,
  OwnerDomainRedirectDocument,
  OwnerDomainRemoveDocument,
  OwnerDomainVerifyDocument,
} from '@daiqu/client';
import { CopyLine, Facts, StateTag, useAct, useAddress, useConfirm, useFormat, useTexts } from '@daiqu/kit';
import { Button } from 'antd';
import { panelOf } from '../../parts/address';
import { TenantLink } from '../../parts/tenant-link';
import { texts } from './texts';
import type { Claim, Domain } from './view';

export function DomainState({ domain }: { domain: Domain }) {
  const t = useTexts(texts);
  if (domain.primary) return <StateTag mood="good">{t('main')}</StateTag>;
  if (domain.redirects) return <StateTag mood="run">{t('leads')}</StateTag>;
  return <StateTag mood="off">{t('answers')}</StateTag>;
}

export function DomainFile({ domain }: { domain: Domain }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <>
      <Facts
        items={[
          [t('operator'), <TenantLink key="operator" tenant={domain.tenant} />],
          [t('state'), <DomainState key="state" domain={domain} />],
          [t('since'), domain.verifiedAt ? format.instant(domain.verifiedAt) : '—'],
          domain.shown !== domain.host && [t('ascii'), domain.host],
          [
            t('visit'),
            <a key="visit" href={panelOf(domain.host)} target="_blank" rel="noreferrer">
              {domain.shown}
            </a>,
          ],
        ]}
      />
      {domain.byPlatform && <p className="k-quiet p-part">{t('kept')}</p>}
    </>
  );
}

export function DomainFoot({ domain, onChanged }: { domain: Domain; onChanged: () => void }) {
  const t = useTexts(texts);
  const confirm = useConfirm();
  const [, change] = useAddress();
  const [primary, a] = useAct(OwnerDomainMakePrimaryDocument);
  const [redirect, b] = useAct(OwnerDomainRedirectDocument);
  const [remove, c] = useAct(OwnerDomainRemoveDocument);
  const words = { host: domain.shown, name: domain.tenant.name };
  const input = { host: domain.host, tenantId: domain.tenant.id };

  const turn = async (on: boolean, undo = true): Promise<void> => {
    const telling = {
      done: t(on ? 'redirected' : 'answered', words),
      ...(undo && { undo: () => void turn(!on, false) }),
    };
    if (await redirect({ input: { ...input, on } }, telling)) onChanged();
  };
  const letGo = async () => {
    const question = { title: t('removeAsk', words), hint: t('removeHint', words), ok: t('remove'), danger: true };
    if (!(await confirm(question))) return;
    const outcome = await remove({ input }, { done: t('removed', words) });
    if (!outcome || !('done' in outcome)) return;
    change({ open: null });
    onChanged();
  };
  return (
    <div className="p-foot">
      {!domain.primary && (
        <Button
          loading={a}
          onClick={() => void primary({ input }, { done: t('madePrimary', words) }).then(onChanged)}
        >
          {t('makePrimary')}
        </Button>
      )}
      {!domain.primary && (
        <Button loading={b} onClick={() => void turn(!domain.redirects)}>
          {t(domain.redirects ? 'answer' : 'redirect')}
        </Button>
      )}
      {!domain.byPlatform && (
        <Button danger loading={c} onClick={() => void letGo()}>
          {t('remove')}
        </Button>
      )}
    </div>
  );
}

export function ClaimFile({ claim }: { claim: Claim }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <>
      <Facts
        items={[
          [t('operator'), <TenantLink key="operator" tenant={claim.tenant} />],
          [t('claimedAt'), format.instant(claim.createdAt)],
          [t('checked'), claim.checkedAt ? format.instant(claim.checkedAt) : t('never')],
          [t('lapses'), format.instant(claim.expiresAt)],
        ]}
      />
      <section className="p-part">
        <h3>{t('prove')}</h3>
        <div className="k-stack">
          <CopyLine label={t('record')} value={claim.record} />
          <CopyLine label={t('value')} value={claim.value} />
        </div>
      </section>
    </>
  );
}

export function ClaimFoot({ claim, onChanged }: { claim: Claim; onChanged: () => void }) {
  const t = useTexts(texts);
  const confirm = useConfirm();
  const [, change] = useAddress();
  const [verify, verifying] = useAct(OwnerDomainVerifyDocument);
  const [drop, dropping] = useAct(OwnerDomainClaimRemoveDocument);
  const words = { host: claim.shown, name: claim.tenant.name };
  const input = { host: claim.host, tenantId: claim.tenant.id };
  const done = (outcome: object | null) => {
    if (outcome && 'done' in outcome) change({ open: null });
    onChanged();
  };
  const letGo = async () => {
    const question = { title: t('dropAsk', words), hint: t('dropHint'), ok: t('drop'), danger: true };
    if (await confirm(question)) done(await drop({ input }, { done: t('dropped', words) }));
  };
  return (
    <div className="p-foot">
      <Button
        type="primary"
        loading={verifying}
        onClick={() => void verify({ input }, { done: t('verified', words) }).then(done)}
      >
        {t('verify')}
      </Button>
      <Button danger loading={dropping} onClick={() => void letGo()}>
        {t('drop')}
      </Button>
    </div>
  );
}
