import { CreditCardOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'bills',
  title: { en: 'Subscriptions', 'zh-Hans': '订阅与欠费' },
  icon: <CreditCardOutlined />,
  group: 'business',
  order: 20,
  rights: [],
  load: () => import('./view'),
};
