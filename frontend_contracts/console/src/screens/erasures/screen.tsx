import { DeleteOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'erasures',
  title: { en: 'Erasures', 'zh-Hans': '数据清除' },
  icon: <DeleteOutlined />,
  group: 'work',
  order: 60,
  rights: [],
  load: () => import('./view'),
};
