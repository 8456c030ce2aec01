/** The operator's domains: those in use, and those to be proven. */

import {
  OperatorDomainClaimDocument,
  OperatorDomainMakePrimaryDocument,
  OperatorDomainRedirectDocument,
  OperatorDomainRemoveDocument,
  OperatorDomainsPageDocument,
  type OperatorDomainsPageQuery,
} from '@daiqu/client';
import {
  Failed,
  Loading,
  Page,
  SaveForm,
  Sheet,
  SideDrawer,
  StateTag,
  useAct,
  useConfirm,
  useFormat,
  useMay,
  useTexts,
} from '@daiqu/kit';
import { Alert, Button, Dropdown, Form, Input } from 'antd';
import { MoreOutlined, PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Claim } from './claim';
import { texts } from './texts';
import { hostOf, isHost } from './wrong';
import './domains.css';

type Domain = OperatorDomainsPageQuery['domains'][number];

export default function DomainsView() {
  const t = useTexts(texts);
  const may = useMay('BILLING_MANAGE');
  const [{ data, error }, again] = useQuery({ query: OperatorDomainsPageDocument, requestPolicy: 'cache-and-network' });
  const [adding, setAdding] = useState(false);
  const fresh = () => again({ requestPolicy: 'network-only' });
  const plan = data?.planUsage.plan;
  const inPlan = !plan || data.planUsage.features.includes('CUSTOM_DOMAIN');
  const primary = data?.domains.find((each) => each.primary);
  const byPlatform = data?.domains.find((each) => each.byPlatform);

  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} disabled={!inPlan} onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      }
    >
      {error && !data && <Failed error={error} retry={fresh} />}
      {!data && !error && <Loading rows={6} />}
      {data && (
        <div className="k-stack">
          {!inPlan && (
            <Alert
              type="info"
              showIcon
              title={t('notInPlan', { plan: plan?.name ?? '' })}
              description={t('notInPlanHint')}
              action={may && <Link to="/plan">{t('toPlan')}</Link>}
            />
          )}
          {data.domainClaims.length > 0 && (
            <Sheet title={t('proving')}>
              {data.domainClaims.map((claim) => (
                <Claim key={claim.host} claim={claim} target={byPlatform?.shown ?? ''} onChanged={fresh} />
              ))}
            </Sheet>
          )}
          <Sheet title={t('ours')} flush>
            <ul className="d-list">
              {data.domains.map((domain) => (
                <Row key={domain.host} domain={domain} main={primary?.shown ?? ''} onChanged={fresh} />
              ))}
            </ul>
          </Sheet>
        </div>
      )}
      <SideDrawer open={adding} onClose={() => setAdding(false)} title={t('add')}>
        <Add
          leading={data?.domains.flatMap(({ host, shown }) => [host, shown]) ?? []}
          claimed={data?.domainClaims.flatMap(({ host, shown }) => [host, shown]) ?? []}
          onAdded={() => {
            setAdding(false);
            fresh();
          }}
        />
      </SideDrawer>
    </Page>
  );
}

function Row({ domain, main, onChanged }: { domain: Domain; main: string; onChanged: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const confirm = useConfirm();
  const [makePrimary] = useAct(OperatorDomainMakePrimaryDocument);
  const [redirect] = useAct(OperatorDomainRedirectDocument);
  const [remove] = useAct(OperatorDomainRemoveDocument);
  const { host, shown } = domain;

  async function prefer() {
    const question = { title: t('askPrimary', { host: shown }), hint: t('askPrimaryHint'), ok: t('makePrimary') };
    if (!(await confirm(question))) return;
    if (await makePrimary({ input: { host } }, { done: t('didPrimary', { host: shown }) })) onChanged();
  }

  async function lead(on: boolean, undoable = true): Promise<void> {
    const done = t(on ? 'didRedirect' : 'didAnswer', { host: shown });
    const undo = undoable ? { undo: () => void lead(!on, false) } : {};
    if (await redirect({ input: { host, on } }, { done, ...undo })) onChanged();
  }

  async function letGo() {
    const sure = await confirm({
      title: t('askRemove', { host: shown }),
      hint: t(domain.primary ? 'askRemovePrimary' : 'askRemoveHint'),
      ok: t('remove'),
      danger: true,
    });
    if (sure && (await remove({ input: { host } }, { done: t('didRemove', { host: shown }) }))) onChanged();
  }

  const acts = [
    !domain.primary && { key: 'primary', label: t('makePrimary'), onClick: () => void prefer() },
    !domain.primary && {
      key: 'redirect',
      label: t(domain.redirects ? 'redirectOff' : 'redirectOn'),
      onClick: () => void lead(!domain.redirects),
    },
    !domain.byPlatform && { key: 'remove', label: t('remove'), danger: true, onClick: () => void letGo() },
  ].filter((each) => each !== false);

  return (
    <li className="d-row">
      <div>
        <a
          className="d-host"
          href={`${location.protocol}//${host}${location.port && `:${location.port}`}`}
          target="_blank"
          rel="noreferrer"
          aria-label={t('open', { host: shown })}
        >
          {shown}
        </a>
        <p className="k-quiet">
          {[
            domain.byPlatform && t('byPlatform'),
            !domain.byPlatform && domain.verifiedAt && t('since', { day: format.day(domain.verifiedAt) }),
            domain.primary && t('primaryHint'),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <StateTag mood={domain.primary ? 'good' : domain.redirects ? 'run' : 'off'}>
        {domain.primary ? t('primary') : domain.redirects ? t('redirects', { host: main }) : t('answers')}
      </StateTag>
      {acts.length > 0 ? (
        <Dropdown trigger={['click']} menu={{ items: acts }}>
          <Button type="text" icon={<MoreOutlined />} aria-label={t('more', { host: shown })} aria-haspopup="menu" />
        </Dropdown>
      ) : (
        <span className="d-none" />
      )}
    </li>
  );
}

interface AddProps {
  leading: readonly string[];
  claimed: readonly string[];
  onAdded: () => void;
}

function Add({ leading, claimed, onAdded }: AddProps) {
  const t = useTexts(texts);
  const [claim] = useAct(OperatorDomainClaimDocument);
  const [form] = Form.useForm<{ host: string }>();
  const host = Form.useWatch('host', form) ?? '';

  async function check(_: unknown, typed: string) {
    const asked = hostOf(typed).toLowerCase();
    if (!asked) throw new Error(t('hostNeeded'));
    if (!isHost(asked)) throw new Error(t('noHost'));
    if (leading.includes(asked)) throw new Error(t('known'));
    if (claimed.includes(asked)) throw new Error(t('waiting'));
  }

  return (
    <SaveForm
      form={form}
      initial={{ host: '' }}
      saveLabel={t('claim')}
      savedText={t('claimed', { host: hostOf(host) })}
      save={(values) => claim({ input: { host: hostOf(values.host) } }, { quiet: true })}
      onSaved={onAdded}
    >
      <Form.Item
        name="host"
        label={t('host')}
        extra={t('hostHint')}
        required
        validateTrigger="onSubmit"
        rules={[{ validator: check }]}
      >
        <Input autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={300} />
      </Form.Item>
    </SaveForm>
  );
}
