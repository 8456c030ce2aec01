import { EnvironmentOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'zones',
  title: { en: 'Zones and places', 'zh-Hans': '区域与地点' },
  icon: <EnvironmentOutlined />,
  group: 'settings',
  order: 30,
  rights: ['PLACES_MANAGE'],
  load: () => import('./view'),
};
