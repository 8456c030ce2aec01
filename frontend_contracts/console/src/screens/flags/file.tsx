/** One flag: its share, and the operators for whom it is switched by hand. */

import { OwnerFlagOverrideDocument, OwnerFlagSetDocument, type OwnerFeatureFlagFragment } from '@daiqu/client';
import { SaveForm, useAct, useTexts } from '@daiqu/kit';
import { Button, Form, Input, InputNumber, Slider, Switch } from 'antd';
import { useState } from 'react';
import { TenantLink } from '../../parts/tenant-link';
import { TenantPicker } from '../../parts/tenant-picker';
import { texts } from './texts';

type Flag = OwnerFeatureFlagFragment;
const KEY = /^[a-z][a-z0-9_]{0,59}$/;
const MARKS = { 0: '0%', 25: '25%', 50: '50%', 75: '75%', 100: '100%' };

interface Values {
  key: string;
  description: string;
  percent: number;
}

/** A flag that there is keeps its key. */
export function FlagForm({ flag, onSaved }: { flag?: Flag; onSaved: () => void }) {
  const t = useTexts(texts);
  const [set] = useAct(OwnerFlagSetDocument);
  const initial: Values = { key: flag?.key ?? '', description: flag?.description ?? '', percent: flag?.percent ?? 0 };
  return (
    <SaveForm<Values>
      initial={initial}
      saveLabel={t('save')}
      {...(flag && { savedText: t('made', { key: flag.key }) })}
      save={(values) => set({ input: { ...values, key: flag?.key ?? values.key } }, { quiet: true })}
      onSaved={onSaved}
    >
      {!flag && (
        <Form.Item
          name="key"
          label={t('key')}
          extra={t('keyHint')}
          rules={[{ required: true, pattern: KEY, message: t('keyBad') }]}
        >
          <Input autoComplete="off" maxLength={60} />
        </Form.Item>
      )}
      <Form.Item name="description" label={t('description')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="percent" label={t('share')} extra={t('shareHint')}>
        <ShareInput />
      </Form.Item>
    </SaveForm>
  );
}

function ShareInput(props: { value?: number; onChange?: (value: number) => void; id?: string }) {
  const t = useTexts(texts);
  const { value = 0, onChange } = props;
  return (
    <div className="g-share">
      <Slider value={value} marks={MARKS} ariaLabelForHandle={t('share')} onChange={(next) => onChange?.(next)} />
      <InputNumber<number>
        {...(props.id && { id: props.id })}
        min={0}
        max={100}
        precision={0}
        suffix="%"
        aria-label={t('share')}
        value={value}
        onChange={(next) => onChange?.(next ?? 0)}
      />
    </div>
  );
}

export function FlagFile({ flag, onChanged }: { flag: Flag; onChanged: () => void }) {
  const t = useTexts(texts);
  const [override, running] = useAct(OwnerFlagOverrideDocument);
  const [picked, setPicked] = useState<string | null>(null);
  const edges = flag.overrides.edges;

  async function put(tenant: { id: string; name: string }, on: boolean | null, undo?: boolean | null): Promise<void> {
    const words = { key: flag.key, name: tenant.name };
    const done = on === null ? t('didLeave', words) : t(on ? 'didOn' : 'didOff', words);
    const back = undo === undefined ? {} : { undo: () => void put(tenant, undo) };
    const outcome = await override({ input: { key: flag.key, tenantId: tenant.id, on } }, { done, ...back });
    if (outcome) onChanged();
  }
  async function add(on: boolean) {
    if (!picked) return;
    const known = edges.find(({ node }) => node.tenant.id === picked)?.node;
    const input = { key: flag.key, tenantId: picked, on };
    const undo = () =>
      void override({ input: { ...input, on: known?.on ?? null } }).then(() => onChanged());
    const outcome = await override({ input }, { done: t('made', { key: flag.key }), undo });
    if (!outcome || !('done' in outcome)) return;
    setPicked(null);
    onChanged();
  }
  return (
    <>
      <FlagForm key={flag.changedAt} flag={flag} onSaved={onChanged} />
      <section className="p-part">
        <h3>{t('overrides')}</h3>
        <p className="k-quiet">{t('onlyThese')}</p>
        <ul className="g-lines">
          {edges.map(({ node }) => (
            <li key={node.id}>
              <TenantLink tenant={node.tenant} />
              <Switch
                checked={node.on}
                disabled={running}
                checkedChildren={t('on')}
                unCheckedChildren={t('off')}
                aria-label={t('switchFor', { key: flag.key, name: node.tenant.name })}
                onChange={(on) => void put(node.tenant, on, !on)}
              />
              <Button
                size="small"
                disabled={running}
                aria-label={t('leaveFor', { name: node.tenant.name })}
                onClick={() => void put(node.tenant, null, node.on)}
              >
                {t('leave')}
              </Button>
            </li>
          ))}
        </ul>
        {(flag.overrides.totalCount ?? 0) > edges.length && (
          <p className="k-quiet k-gap-below">{t('first', { count: edges.length })}</p>
        )}
        <div className="g-add" role="group" aria-label={t('add')}>
          <TenantPicker value={picked} onChange={setPicked} />
          <Button disabled={!picked || running} onClick={() => void add(true)}>
            {t('switchOn')}
          </Button>
          <Button disabled={!picked || running} onClick={() => void add(false)}>
            {t('switchOff')}
          </Button>
        </div>
      </section>
    </>
  );
}
