import { RocketOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'releases',
  title: { en: 'Releases', 'zh-Hans': '版本发布' },
  icon: <RocketOutlined />,
  group: 'settings',
  order: 20,
  rights: [],
  load: () => import('./view'),
};
