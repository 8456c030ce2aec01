import { SaveOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'backups',
  title: { en: 'Backups', 'zh-Hans': '备份' },
  icon: <SaveOutlined />,
  group: 'settings',
  order: 30,
  rights: [],
  load: () => import('./view'),
};
