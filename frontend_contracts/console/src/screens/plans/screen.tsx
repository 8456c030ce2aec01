import { TagsOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'plans',
  title: { en: 'Plans', 'zh-Hans': '套餐' },
  icon: <TagsOutlined />,
  group: 'business',
  order: 10,
  rights: [],
  load: () => import('./view'),
};
