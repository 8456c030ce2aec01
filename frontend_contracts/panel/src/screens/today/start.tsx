/** What is left to do until a new operator has done its first order; out of what there is already. */

import type { OperatorTodayQuery } from '@daiqu/client';
import { Sheet, useMay, useTexts } from '@daiqu/kit';
import { Button } from 'antd';
import { CheckCircleFilled } from '@ant-design/icons';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { texts } from './texts';

const KEPT = 'daiqu.panel.started';
const STEPS = ['brand', 'onSale', 'inForce', 'zones', 'hired', 'done'] as const;
type Step = (typeof STEPS)[number];
const TO: Record<Step, string> = {
  brand: '/brand',
  onSale: '/catalogue',
  inForce: '/prices',
  zones: '/zones',
  hired: '/couriers',
  done: '/orders',
};

/** Whether to ask how far the setting up is: of whoever can do it, until it is done or put away. */
export function useStarting(): boolean {
  const brand = useMay('BRAND_MANAGE');
  const prices = useMay('PRICES_MANAGE');
  const couriers = useMay('COURIERS_READ', 'COURIERS_REVIEW');
  const [ended] = useState(() => localStorage.getItem(KEPT) !== null);
  return brand && prices && couriers && !ended;
}

function doneOf(data: OperatorTodayQuery): Record<Step, boolean> {
  const some = (connection: { edges: readonly unknown[] } | null | undefined) => Boolean(connection?.edges.length);
  return {
    brand: Boolean(data.brand?.logoUrl || data.brand?.supportPhone),
    onSale: some(data.onSale),
    inForce: some(data.inForce),
    zones: Boolean(data.zones?.length),
    hired: some(data.hired),
    done: some(data.done),
  };
}

export function Start({ data }: { data: OperatorTodayQuery }) {
  const t = useTexts(texts);
  const [hidden, setHidden] = useState(false);
  const done = doneOf(data);
  // Who has done an order serves everywhere on purpose, if there is no zone by then.
  const over = done.done && STEPS.every((step) => done[step] || step === 'zones' || step === 'brand');
  useEffect(() => {
    if (over || hidden) localStorage.setItem(KEPT, '1');
  }, [over, hidden]);
  if (over || hidden) return null;
  const next = STEPS.find((step) => !done[step]);
  return (
    <Sheet
      title={t('start.title')}
      extra={
        <Button type="text" size="small" onClick={() => setHidden(true)}>
          {t('start.hide')}
        </Button>
      }
    >
      <ol className="t-start">
        {STEPS.map((step, index) => (
          <li key={step} className={done[step] ? 't-start-done' : ''} aria-current={step === next ? 'step' : undefined}>
            <span className="t-start-mark" aria-hidden="true">
              {done[step] ? <CheckCircleFilled /> : index + 1}
            </span>
            <span className="t-what">
              <Link to={TO[step]} className="k-strong">
                {t(`start.steps.${step}`)}
                {done[step] && <span className="k-hidden"> ({t('start.done')})</span>}
              </Link>
              {!done[step] && <span className="k-quiet">{t(`start.hints.${step}`, { host: location.host })}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Sheet>
  );
}
