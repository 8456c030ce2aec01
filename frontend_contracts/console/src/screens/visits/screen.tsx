import { EyeOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'visits',
  title: { en: 'Support visits', 'zh-Hans': '支持访问' },
  icon: <EyeOutlined />,
  group: 'work',
  order: 50,
  rights: [],
  load: () => import('./view'),
};
