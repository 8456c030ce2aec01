import { NotificationOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'announcements',
  title: { en: 'Announcements', 'zh-Hans': '平台公告' },
  icon: <NotificationOutlined />,
  group: 'business',
  order: 40,
  rights: [],
  load: () => import('./view'),
};
