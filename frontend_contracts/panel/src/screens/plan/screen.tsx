import { CreditCardOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'plan',
  title: { en: 'Plan and bills', 'zh-Hans': '套餐与账单' },
  icon: <CreditCardOutlined />,
  group: 'settings',
  order: 80,
  rights: ['BILLING_MANAGE'],
  load: () => import('./view'),
};
