import { BgColorsOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'brand',
  title: { en: 'Brand', 'zh-Hans': '品牌' },
  icon: <BgColorsOutlined />,
  group: 'settings',
  order: 10,
  rights: ['BRAND_MANAGE'],
  load: () => import('./view'),
};
