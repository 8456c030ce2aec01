import { AuditOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'audit',
  title: { en: 'Audit', 'zh-Hans': '操作记录' },
  icon: <AuditOutlined />,
  group: 'settings',
  order: 90,
  rights: [],
  load: () => import('./view'),
};
