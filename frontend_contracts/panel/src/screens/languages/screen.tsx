import { TranslationOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'languages',
  title: { en: 'Languages and region', 'zh-Hans': '语言与地区' },
  icon: <TranslationOutlined />,
  group: 'settings',
  order: 15,
  rights: ['BRAND_MANAGE'],
  load: () => import('./view'),
};
