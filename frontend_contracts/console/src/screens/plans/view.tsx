/** The plans that operators subscribe to, with how many are on each. */

import { OwnerPlansPageDocument, type OwnerPlanFragment } from '@daiqu/client';
import {
  AddressDrawer,
  Empty,
  Failed,
  Loading,
  Opener,
  Page,
  Sheet,
  StateTag,
  useAddress,
  useFormat,
  useTexts,
} from '@daiqu/kit';
import { Button, Table } from 'antd';
import { PlusOutlined } from '@ant-design/icons';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import '../../parts/parts.css';
import { PlanForm } from './form';
import { countsOf, METERS } from './model';
import './plans.css';
import { texts } from './texts';

/** No plan's key has it. */
const NEW = '+';
const GB = 1_000_000_000;

export default function PlansView() {
  const t = useTexts(texts);
  const format = useFormat();
  const [values, change] = useAddress();
  const [{ data, error }, ask] = useQuery({ query: OwnerPlansPageDocument, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  const open = values['open'];
  const opened = data?.plans.find(({ key }) => key === open) ?? null;
  const counts = (key: string) => countsOf(data?.plansInUse ?? [], key);

  const limits = (plan: OwnerPlanFragment) => {
    const said = METERS.flatMap((meter) => {
      const limit = plan.limits.find((each) => each.meter === meter)?.limit;
      if (limit == null) return [];
      return [`${format.number(meter === 'STORAGE' ? limit / GB : limit)} ${t(`short.${meter}`)}`];
    });
    return said.length ? said.join(' · ') : t('unlimited');
  };
  const columns = [
    {
      key: 'name',
      title: t('name'),
      render: (_: unknown, plan: OwnerPlanFragment) => (
        <span className="p-two">
          <Opener id={plan.key}>{plan.name}</Opener>
          <span className="k-quiet l-about">{plan.summary}</span>
        </span>
      ),
    },
    {
      key: 'price',
      title: t('price'),
      align: 'right' as const,
      render: (_: unknown, plan: OwnerPlanFragment) => (
        <span className="p-two k-nowrap">
          <span>{plan.price.amount === 0 ? t('free') : plan.price.formatted}</span>
          <span className="k-quiet">{plan.trialDays ? t('trial', { count: plan.trialDays }) : t('noTrial')}</span>
        </span>
      ),
    },
    {
      key: 'limits',
      title: t('limits'),
      responsive: ['lg' as const],
      render: (_: unknown, plan: OwnerPlanFragment) => <span className="l-wide">{limits(plan)}</span>,
    },
    {
      key: 'features',
      title: t('features'),
      responsive: ['xxl' as const],
      render: (_: unknown, plan: OwnerPlanFragment) => (
        <span className="l-wide">
          {plan.features.map((each) => t(`feature.${each}`)).join(' · ') || t('none')}
        </span>
      ),
    },
    {
      key: 'operators',
      title: t('operators'),
      align: 'right' as const,
      render: (_: unknown, plan: OwnerPlanFragment) => {
        const { on, owing } = counts(plan.key);
        return (
          <span className="p-two">
            <Link to={`/bills?plan=${plan.key}`} aria-label={t('toBills', { name: plan.name })}>
              {format.number(on)}
            </Link>
            {owing > 0 && <span className="k-quiet k-nowrap">{t('overdue', { count: owing })}</span>}
          </span>
        );
      },
    },
    {
      key: 'offered',
      title: t('offered'),
      responsive: ['md' as const],
      render: (_: unknown, plan: OwnerPlanFragment) => (
        <StateTag mood={plan.offered ? 'good' : 'off'}>{t(plan.offered ? 'offered' : 'hidden')}</StateTag>
      ),
    },
  ];

  let body = <Loading rows={5} />;
  if (data?.plans.length) {
    body = (
      <div className="k-list k-list-opens">
        <Table<OwnerPlanFragment>
          size="middle"
          rowKey="key"
          columns={columns}
          dataSource={data.plans as OwnerPlanFragment[]}
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowClassName={(plan) => (plan.key === open ? 'k-here' : '')}
          onRow={(plan) => ({
            onClick(event) {
              if (!(event.target as Element).closest('a, button')) change({ open: plan.key });
            },
          })}
        />
      </div>
    );
  } else if (data) {
    body = <Empty title={t('empty')} hint={t('emptyHint')} />;
  } else if (error) {
    body = <Failed error={error} retry={again} />;
  }
  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ open: NEW })}>
          {t('make')}
        </Button>
      }
    >
      <Sheet flush>{body}</Sheet>
      <AddressDrawer title={open === NEW ? t('make') : (opened?.name ?? t('title'))}>
        {!data && <Loading />}
        {data && open !== NEW && !opened && <Empty title={t('gone')} />}
        {data && (opened || open === NEW) && (
          <PlanForm
            key={open}
            plan={opened}
            on={opened ? counts(opened.key).on : 0}
            onDone={(saved) => {
              if (saved) again();
              change({ open: null });
            }}
          />
        )}
      </AddressDrawer>
    </Page>
  );
}
