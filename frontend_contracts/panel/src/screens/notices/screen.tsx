import { NotificationOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'notices',
  title: { en: 'Notices', 'zh-Hans': '公告' },
  icon: <NotificationOutlined />,
  group: 'settings',
  order: 40,
  rights: ['BRAND_MANAGE'],
  load: () => import('./view'),
};
