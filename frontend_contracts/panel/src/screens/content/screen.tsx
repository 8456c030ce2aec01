import { PictureOutlined } from '@ant-design/icons';
import type { Screen } from '@daiqu/kit';

export const screen: Screen = {
  path: 'catalogue/content',
  title: { en: 'Pictures, cases and questions', 'zh-Hans': '图片、案例与问答' },
  icon: <PictureOutlined />,
  group: 'offer',
  order: 12,
  rights: ['CATALOG_MANAGE'],
  hidden: true,
  load: () => import('./view'),
};
