import { ProfileOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'orders',
  title: { en: 'Orders', 'zh-Hans': '订单' },
  icon: <ProfileOutlined />,
  group: 'work',
  order: 20,
  rights: ['ORDERS_READ'],
  load: () => import('./view'),
};
