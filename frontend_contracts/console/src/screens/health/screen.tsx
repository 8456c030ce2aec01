import { HeartOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'health',
  title: { en: 'Health', 'zh-Hans': '运行状况' },
  icon: <HeartOutlined />,
  group: 'work',
  order: 20,
  rights: [],
  load: () => import('./view'),
};
