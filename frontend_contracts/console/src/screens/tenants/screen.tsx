import { ShopOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'tenants',
  title: { en: 'Operators', 'zh-Hans': '运营方' },
  icon: <ShopOutlined />,
  group: 'work',
  order: 10,
  rights: [],
  load: () => import('./view'),
};
