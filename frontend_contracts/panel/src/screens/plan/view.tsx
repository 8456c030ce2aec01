/** What the operator pays the platform: its plan, what it uses, what it was billed for. */

import {
  OperatorBillingCancelDocument,
  OperatorBillingPortalDocument,
  OperatorPlanPageDocument,
  type OperatorPlanPageQuery,
} from '@daiqu/client';
import {
  Empty,
  Failed,
  Loading,
  Page,
  Sheet,
  StateTag,
  useAct,
  useAddress,
  useConfirm,
  useFormat,
  useTexts,
} from '@daiqu/kit';
import { Alert, Button } from 'antd';
import { useQuery } from 'urql';
import { Bills } from './bills';
import { Plans } from './plans';
import { MOODS, saysOf, wayOf } from './standing';
import { texts } from './texts';
import { Usage } from './usage';
import './plan.css';

type Billing = NonNullable<OperatorPlanPageQuery['billing']>;

export default function PlanView() {
  const t = useTexts(texts);
  const [values, change] = useAddress();
  const [{ data, error }, again] = useQuery({ query: OperatorPlanPageDocument, requestPolicy: 'cache-and-network' });
  const fresh = () => again({ requestPolicy: 'network-only' });
  // What the payment provider's page came back with: see `billingCheckout`.
  const came = values['billing'] === 'done' || values['billing'] === 'back' ? values['billing'] : null;
  const returnUrl = `${location.origin}${location.pathname}`;
  const billing = data?.billing;
  const way = billing ? wayOf(billing) : 'none';
  return (
    <Page title={t('title')} hint={t('hint')}>
      {error && !data && <Failed error={error} retry={fresh} />}
      {!data && !error && <Loading rows={10} />}
      {data && (
        <div className="k-stack">
          {came && (
            <Alert
              type={came === 'done' ? 'success' : 'info'}
              showIcon
              closable={{ onClose: () => change({ billing: null }, { replace: true }) }}
              title={t(came)}
              action={came === 'done' && <Button onClick={fresh}>{t('reload')}</Button>}
            />
          )}
          {billing ? (
            <Present billing={billing} returnUrl={returnUrl} onChanged={fresh} />
          ) : (
            <Sheet>
              <Empty title={t('noPlan')} hint={t('noPlanHint')} />
            </Sheet>
          )}
          <Usage meters={data.planUsage.meters} />
          {billing && data.billingPlans.length > 0 && (
            <Plans plans={data.billingPlans} present={billing.plan} way={way} returnUrl={returnUrl} onChanged={fresh} />
          )}
          <Bills invoices={data.billingInvoices} canPay={way !== 'none'} />
        </div>
      )}
    </Page>
  );
}

function Present({ billing, returnUrl, onChanged }: { billing: Billing; returnUrl: string; onChanged: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const confirm = useConfirm();
  const [portal, opening] = useAct(OperatorBillingPortalDocument);
  const [cancel, canceling] = useAct(OperatorBillingCancelDocument);
  const { plan, state, periodEndsAt, canPay } = billing;
  const { says, day } = saysOf(billing, Date.now());
  const way = wayOf(billing);

  async function open() {
    const outcome = await portal({ input: { returnUrl } });
    if (outcome && 'done' in outcome) location.assign(outcome.done.url);
  }

  async function end() {
    const sure = await confirm({
      title: t('askCancel'),
      hint: periodEndsAt ? t('askCancelHint', { day: format.day(periodEndsAt) }) : t('askCancelNow'),
      ok: t('cancel'),
      danger: true,
    });
    if (sure && (await cancel({}, { done: t('canceled') }))) onChanged();
  }

  return (
    <Sheet title={t('yours')} extra={<StateTag mood={MOODS[state]}>{t(`state.${state}`)}</StateTag>}>
      <div className="pl-now">
        <div>
          <span className="pl-name">
            {plan.name}
            <span className="pl-price">
              {plan.price.amount ? t('month', { price: plan.price.formatted }) : t('free')}
            </span>
          </span>
          <p>{t(`says.${says}`, day ? { day: format.day(day), ago: format.ago(day) } : {})}</p>
          {!canPay && <p className="k-quiet">{t('cannotPay')}</p>}
        </div>
        {canPay && periodEndsAt && (
          <span className="k-row">
            <Button
              type={way === 'pay' ? 'primary' : 'default'}
              loading={opening}
              title={t('portalHint')}
              onClick={() => void open()}
            >
              {t(way === 'pay' ? 'pay' : 'portal')}
            </Button>
            {way === 'change' && !billing.cancelsAtPeriodEnd && (
              <Button type="text" danger loading={canceling} onClick={() => void end()}>
                {t('cancel')}
              </Button>
            )}
          </span>
        )}
      </div>
    </Sheet>
  );
}
