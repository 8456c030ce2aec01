/** A domain to be proven: the record to set, the check, and what is wrong in plain words. */

import {
  OperatorDomainClaimRemoveDocument,
  OperatorDomainVerifyDocument,
  type OperatorDomainsPageQuery,
} from '@daiqu/client';
import { CopyLine, StateTag, useAct, useConfirm, useFormat, useTexts } from '@daiqu/kit';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { texts } from './texts';
import { shortName, wrongOf, type Wrong } from './wrong';

type DomainClaim = OperatorDomainsPageQuery['domainClaims'][number];

interface ClaimProps {
  claim: DomainClaim;
  /** Where the domain has to point. */
  target: string;
  onChanged: () => void;
}

export function Claim({ claim, target, onChanged }: ClaimProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const confirm = useConfirm();
  const [verify, verifying] = useAct(OperatorDomainVerifyDocument);
  const [remove, removing] = useAct(OperatorDomainClaimRemoveDocument);
  const [fault, setFault] = useState<{ kind: Wrong; message: string }>();
  const { host, shown } = claim;

  async function check() {
    setFault(undefined);
    const outcome = await verify({ input: { host } }, { done: t('proven', { host: shown }), quiet: true });
    if (!outcome) return;
    if ('failed' in outcome) return setFault({ kind: 'other', message: outcome.failed });
    if ('refused' in outcome) {
      setFault({ kind: wrongOf(outcome.refused.code), message: outcome.refused.message });
    }
    onChanged();
  }

  async function giveUp() {
    const sure = await confirm({
      title: t('askStop', { host: shown }),
      hint: t('askStopHint'),
      ok: t('stop'),
      danger: true,
    });
    if (sure && (await remove({ input: { host } }, { done: t('stopped', { host: shown }) }))) onChanged();
  }

  const kind = fault?.kind;
  const known = kind === 'missing' || kind === 'silent' || kind === 'taken' || kind === 'many';
  return (
    <article className="d-claim" aria-label={shown}>
      <div className="k-between">
        <h3 className="d-host">{shown}</h3>
        <StateTag mood={verifying ? 'run' : claim.checkedAt ? 'bad' : 'wait'}>
          {verifying && t('checking')}
          {!verifying && (claim.checkedAt ? t('checkedAt', { at: format.moment(claim.checkedAt) }) : t('never'))}
        </StateTag>
      </div>
      <ol className="d-steps">
        <li>
          <p>{t('steps.record')}</p>
          <div className="d-record">
            <CopyLine label={t('type')} value="TXT" />
            <CopyLine label={t('name')} value={claim.record} />
            <CopyLine label={t('value')} value={claim.value} />
          </div>
          <p className="d-small">{t('nameHint', { short: shortName(claim.record) })}</p>
        </li>
        <li>
          <p>{t('steps.check')}</p>
          <div className="d-check k-stack">
            {fault && (
              <Alert
                type={kind === 'missing' || kind === 'silent' ? 'warning' : 'error'}
                showIcon
                role="alert"
                title={t(`wrong.${fault.kind}`)}
                description={known ? t(`wrong.${kind}Hint`) : fault.message}
              />
            )}
            <span className="k-row">
              <Button type="primary" loading={verifying} onClick={() => void check()}>
                {t('check')}
              </Button>
              <Button type="text" loading={removing} onClick={() => void giveUp()}>
                {t('stop')}
              </Button>
              <span className="d-small">{t('until', { at: format.instant(claim.expiresAt) })}</span>
            </span>
            <p className="d-small">{t('certificate', { host: target })}</p>
          </div>
        </li>
      </ol>
    </article>
  );
}
