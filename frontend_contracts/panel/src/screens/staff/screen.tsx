import { TeamOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'staff',
  title: { en: 'Staff', 'zh-Hans': '员工' },
  icon: <TeamOutlined />,
  group: 'people',
  order: 30,
  rights: ['STAFF_MANAGE'],
  load: () => import('./view'),
};
