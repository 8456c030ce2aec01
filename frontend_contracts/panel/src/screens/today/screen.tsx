import { DashboardOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'today',
  title: { en: 'Today', 'zh-Hans': '今日' },
  icon: <DashboardOutlined />,
  group: 'work',
  order: 10,
  rights: ['ORDERS_READ'],
  load: () => import('./view'),
};
