/** The plans there are to choose from. */

import {
  OperatorBillingCheckoutDocument,
  OperatorBillingPlanChangeDocument,
  type Meter,
  type OperatorPlanFragment,
} from '@daiqu/client';
import { Sheet, useAct, useConfirm, useFormat, useTell, useTexts, type Refused } from '@daiqu/kit';
import { Button, Tag } from 'antd';
import { CheckOutlined } from '@ant-design/icons';
import { useState } from 'react';
import type { Way } from './standing';
import { texts } from './texts';
import { useFigures } from './words';

interface PlansProps {
  plans: readonly OperatorPlanFragment[];
  present: OperatorPlanFragment;
  way: Way;
  returnUrl: string;
  onChanged: () => void;
}

export function Plans({ plans, present, way, returnUrl, onChanged }: PlansProps) {
  const t = useTexts(texts);
  const tell = useTell();
  const figure = useFigures();
  const confirm = useConfirm();
  const [going, setGoing] = useState<string>();
  const [checkout] = useAct(OperatorBillingCheckoutDocument);
  const [change] = useAct(OperatorBillingPlanChangeDocument);

  function refuse(refused: Refused, name: string) {
    if (refused.code !== 'PLAN_TOO_SMALL') return tell.bad(refused.message);
    const { meter, used, limit } = refused as unknown as { meter: string; used: number; limit: number };
    const which = meter.toUpperCase() as Meter;
    const values = { name, meter: t(`meter.${which}`), used: figure(which, used), limit: figure(which, limit) };
    return tell.bad(t('tooSmall', values));
  }

  async function choose(plan: OperatorPlanFragment) {
    const { key, name, price } = plan;
    if (way === 'change') {
      const hint = t(price.amount > present.price.amount ? 'askDearer' : 'askCheaper', { price: price.formatted });
      if (!(await confirm({ title: t('askChange', { name }), hint, ok: t('change') }))) return;
    }
    setGoing(key);
    const outcome =
      way === 'change'
        ? await change({ input: { plan: key } }, { done: t('changed', { name }), quiet: true })
        : await checkout({ input: { plan: key, returnUrl } }, { quiet: true });
    setGoing(undefined);
    if (!outcome) return;
    if ('failed' in outcome) return tell.bad(outcome.failed);
    if ('refused' in outcome) return refuse(outcome.refused, name);
    if ('url' in outcome.done) location.assign(outcome.done.url);
    else onChanged();
  }

  return (
    <Sheet title={t('plans')}>
      <ul className="pl-plans">
        {plans.map((plan) => (
          <li key={plan.key} className="pl-plan" data-present={plan.key === present.key}>
            <div className="k-between">
              <h3>{plan.name}</h3>
              {plan.key === present.key && <Tag>{t('present_plan')}</Tag>}
            </div>
            <span className="k-strong">
              {plan.price.amount ? t('month', { price: plan.price.formatted }) : t('free')}
            </span>
            {plan.summary && <p className="k-quiet">{plan.summary}</p>}
            <Allows plan={plan} />
            {plan.key !== present.key || way === 'subscribe' ? (
              <span className="pl-act">
                <Button
                  block
                  type={way === 'subscribe' && plan.key === present.key ? 'primary' : 'default'}
                  loading={going === plan.key}
                  disabled={way === 'pay' || way === 'none'}
                  aria-label={t(way === 'change' ? 'changeName' : 'chooseName', { name: plan.name })}
                  onClick={() => void choose(plan)}
                >
                  {t(way === 'change' ? 'change' : 'choose')}
                </Button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

/** What a plan allows, in lines. */
export function Allows({ plan }: { plan: OperatorPlanFragment }) {
  const t = useTexts(texts);
  const format = useFormat();
  const figure = useFigures();
  const lines = [
    ...plan.limits.map(({ meter, limit }) => t(`upTo.${meter}`, { limit: figure(meter, limit) })),
    ...(plan.limits.length ? [] : [t('noLimits')]),
    ...(plan.rate ? [t('rate', { rate: format.number(plan.rate) })] : []),
    ...plan.features.map((feature) => t(`feature.${feature}`)),
  ];
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>
          <CheckOutlined aria-hidden="true" /> {line}
        </li>
      ))}
    </ul>
  );
}
