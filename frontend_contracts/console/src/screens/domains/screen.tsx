import { GlobalOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'domains',
  title: { en: 'Domains', 'zh-Hans': '域名' },
  icon: <GlobalOutlined />,
  group: 'work',
  order: 40,
  rights: [],
  load: () => import('./view'),
};
