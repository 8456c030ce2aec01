import { ApiOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'integrations',
  title: { en: 'Integrations', 'zh-Hans': '对接' },
  icon: <ApiOutlined />,
  group: 'settings',
  order: 60,
  rights: ['STAFF_MANAGE'],
  load: () => import('./view'),
};
