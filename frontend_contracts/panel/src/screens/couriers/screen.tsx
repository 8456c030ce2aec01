import { IdcardOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'couriers',
  title: { en: 'Couriers', 'zh-Hans': '骑手' },
  icon: <IdcardOutlined />,
  group: 'people',
  order: 10,
  rights: ['COURIERS_READ', 'COURIERS_REVIEW'],
  load: () => import('./view'),
};
