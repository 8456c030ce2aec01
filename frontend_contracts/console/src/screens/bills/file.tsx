/** One operator's plan: what it pays, what it uses of it, and another plan by hand. */

import { OwnerBillPlanChangeDocument, type OwnerBillFragment } from '@daiqu/client';
import { Facts, StateTag, useAct, useFormat, useTexts } from '@daiqu/kit';
import { Progress, Select } from 'antd';
import { TenantLink } from '../../parts/tenant-link';
import { TENANT_MOODS, texts as tenantTexts } from '../tenants/texts';
import { untilOf } from './standing';
import { texts } from './texts';

interface BillFileProps {
  bill: OwnerBillFragment;
  plans: readonly { key: string; name: string; offered: boolean; price: { formatted: string } }[];
  onChanged: () => void;
}

export function BillFile({ bill, plans, onChanged }: BillFileProps) {
  const t = useTexts(texts);
  const said = useTexts(tenantTexts);
  const format = useFormat();
  const [change, changing] = useAct(OwnerBillPlanChangeDocument);
  const until = untilOf(bill.subscription);
  const measured = (meter: string, value: number) =>
    meter === 'STORAGE' ? format.bytes(value) : format.number(value);

  async function put(key: string, before?: string | null): Promise<void> {
    const plan = plans.find((each) => each.key === key)?.name ?? key;
    const done = t('changed', { name: bill.name, plan });
    const back = before ? { undo: () => void put(before) } : {};
    if (await change({ input: { tenantId: bill.id, plan: key } }, { done, ...back })) onChanged();
  }
  return (
    <>
      <Facts
        items={[
          [t('operator'), <TenantLink key="operator" tenant={bill} />],
          [
            t('access'),
            <StateTag key="access" mood={TENANT_MOODS[bill.state]}>
              {said(`states.${bill.state}`)}
            </StateTag>,
          ],
          until !== null && [t('until'), t(until.key, { at: format.instant(until.at) })],
          bill.subscription != null && [t('payment'), t(bill.subscription.paidByProvider ? 'byProvider' : 'byHand')],
        ]}
      />
      <section className="p-part">
        <h3>{t('change')}</h3>
        <Select
          className="y-plan"
          aria-label={t('changeTo', { name: bill.name })}
          loading={changing}
          disabled={changing || bill.state === 'ERASED'}
          value={bill.plan?.key ?? null}
          options={plans.map((plan) => ({
            value: plan.key,
            label: [plan.name, plan.price.formatted, !plan.offered && t('hidden')].filter(Boolean).join(' · '),
          }))}
          onChange={(key: string) => void put(key, bill.plan?.key)}
        />
        <p className="k-quiet k-gap-above">{t('changeHint')}</p>
      </section>
      <section className="p-part">
        <h3>{t('usage')}</h3>
        <ul className="y-usage">
          {bill.usage
            .filter(({ meter }) => meter !== 'TURNOVER')
            .map(({ meter, used, limit, warned }) => (
              <li key={meter}>
                <span>{said(`meter.${meter}`)}</span>
                <span className="k-quiet k-nowrap">
                  {measured(meter, used)} / {limit == null ? t('unlimited') : measured(meter, limit)}
                </span>
                {limit != null && (
                  <Progress
                    size="small"
                    showInfo={false}
                    aria-label={said(`meter.${meter}`)}
                    percent={limit ? Math.min(100, (used / limit) * 100) : 0}
                    status={warned ? 'exception' : 'normal'}
                  />
                )}
              </li>
            ))}
        </ul>
      </section>
    </>
  );
}
