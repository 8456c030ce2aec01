/** What the operator was billed for, and its tax numbers when somebody asks. */

import { OperatorBillingTaxIdsDocument, type OperatorPlanPageQuery } from '@daiqu/client';
import { Empty, Failed, Loading, Sheet, StateTag, useFormat, useTexts, type Mood } from '@daiqu/kit';
import { Button } from 'antd';
import { useState } from 'react';
import { useQuery } from 'urql';
import { texts } from './texts';

type Invoice = OperatorPlanPageQuery['billingInvoices'][number];

const STATES = ['open', 'paid', 'uncollectible', 'void'] as const;
const MOODS: Record<string, Mood> = { open: 'wait', paid: 'good', uncollectible: 'bad', void: 'off' };

export function Bills({ invoices, canPay }: { invoices: readonly Invoice[]; canPay: boolean }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <Sheet title={t('bills')} flush>
      {invoices.length === 0 ? (
        <Empty title={t('noBills')} hint={t('noBillsHint')} />
      ) : (
        <div className="pl-scroll" tabIndex={0} role="region" aria-label={t('bills')}>
          <table className="pl-table">
            <thead>
              <tr>
                <th scope="col">{t('number')}</th>
                <th scope="col">{t('issued')}</th>
                <th scope="col">{t('billState.label')}</th>
                <th scope="col" className="k-num">
                  {t('total')}
                </th>
                <th scope="col" className="k-num">
                  {t('tax')}
                </th>
                <th scope="col">
                  <span className="k-hidden">{t('read')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {invoices.map((bill) => {
                const state = STATES.find((each) => each === bill.state) ?? 'other';
                const label = t(state === 'open' ? 'payBill' : 'readBill', { number: bill.number });
                return (
                  <tr key={bill.number}>
                    <td className="k-strong">{bill.number}</td>
                    <td>{format.day(bill.issuedAt)}</td>
                    <td>
                      <StateTag mood={MOODS[state] ?? 'off'}>{t(`billState.${state}`)}</StateTag>
                    </td>
                    <td className="k-num">{bill.total.formatted}</td>
                    <td className="k-num">{bill.tax.formatted}</td>
                    <td className="k-num">
                      {bill.url && (
                        <a href={bill.url} target="_blank" rel="noreferrer" aria-label={label}>
                          {t(state === 'open' ? 'pay' : 'read')}
                        </a>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {canPay && <TaxIds />}
    </Sheet>
  );
}

/** The provider is asked for them, so they wait for somebody who wants to know. */
function TaxIds() {
  const t = useTexts(texts);
  const [asked, setAsked] = useState(false);
  const [{ data, error }, again] = useQuery({ query: OperatorBillingTaxIdsDocument, pause: !asked });
  if (!asked) {
    return (
      <div className="k-list-foot">
        <Button type="link" size="small" onClick={() => setAsked(true)}>
          {t('showTaxIds')}
        </Button>
      </div>
    );
  }
  if (error && !data) return <Failed error={error} retry={() => again({ requestPolicy: 'network-only' })} />;
  if (!data) return <Loading rows={1} />;
  return (
    <div className="k-list-foot">
      <span>{t('taxIds')}</span>
      <span>
        {data.billingTaxIds.length === 0
          ? t('noTaxIds')
          : data.billingTaxIds
              .map(({ kind, value, state }) => `${value} (${kind.replace('_', ' ').toUpperCase()}, ${told(state)})`)
              .join(' · ')}
      </span>
    </div>
  );

  function told(state: string): string {
    const known = (['pending', 'verified', 'unverified', 'unavailable'] as const).find((each) => each === state);
    return known ? t(`taxState.${known}`) : state;
  }
}
