/** The operators' app, at /panel on a tenant's host. A screen is a folder in screens/. */

import { startApp, type Screen } from '@daiqu/kit';
import { access } from './access';
import { InvitationPage } from './invitation';
import { Notices } from './notices';
import { VisitPage } from './visit';

const found = import.meta.glob<{ screen: Screen }>('./screens/*/screen.tsx', { eager: true });

startApp({
  name: 'panel',
  screens: Object.values(found).map((module) => module.screen),
  groups: {
    offer: { en: 'Catalogue', 'zh-Hans': '商品与价格' },
    people: { en: 'People', 'zh-Hans': '人员' },
    business: { en: 'Business', 'zh-Hans': '经营' },
    settings: { en: 'Settings', 'zh-Hans': '设置' },
  },
  ...access,
  open: [
    { path: '/invite', element: <InvitationPage /> },
    { path: '/visit', element: <VisitPage /> },
  ],
  notices: Notices,
  visitOver: '/visit',
});
