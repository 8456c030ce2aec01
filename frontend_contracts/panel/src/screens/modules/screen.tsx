import { AppstoreOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'modules',
  title: { en: 'Modules', 'zh-Hans': '功能模块' },
  icon: <AppstoreOutlined />,
  group: 'settings',
  order: 20,
  rights: ['BRAND_MANAGE'],
  load: () => import('./view'),
};
