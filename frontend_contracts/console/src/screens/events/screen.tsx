import { ApiOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'payment-events',
  title: { en: 'Payment events', 'zh-Hans': '支付事件' },
  icon: <ApiOutlined />,
  group: 'business',
  order: 30,
  rights: [],
  load: () => import('./view'),
};
