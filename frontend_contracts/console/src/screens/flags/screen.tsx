import { FlagOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'flags',
  title: { en: 'Feature flags', 'zh-Hans': '功能开关' },
  icon: <FlagOutlined />,
  group: 'settings',
  order: 60,
  rights: [],
  load: () => import('./view'),
};
