import { SnippetsOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'templates',
  title: { en: 'Starter templates', 'zh-Hans': '初始模板' },
  icon: <SnippetsOutlined />,
  group: 'settings',
  order: 50,
  rights: [],
  load: () => import('./view'),
};
