/** The owner's app, at /console on the platform's host. A screen is a folder in screens/. */

import { startApp, type Screen } from '@daiqu/kit';
import { access } from './access';

const found = import.meta.glob<{ screen: Screen }>('./screens/*/screen.tsx', { eager: true });

startApp({
  name: 'console',
  screens: Object.values(found).map((module) => module.screen),
  groups: {
    business: { en: 'Business', 'zh-Hans': '经营' },
    settings: { en: 'Platform', 'zh-Hans': '平台' },
  },
  ...access,
});
