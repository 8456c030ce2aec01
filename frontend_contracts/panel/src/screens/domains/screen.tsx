import { GlobalOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'domains',
  title: { en: 'Domains', 'zh-Hans': '域名' },
  icon: <GlobalOutlined />,
  group: 'settings',
  order: 50,
  rights: ['BRAND_MANAGE'],
  load: () => import('./view'),
};
