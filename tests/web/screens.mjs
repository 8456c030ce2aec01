/** Every screen, to be looked at by axe-core and by people. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FRONTENDS = fileURLToPath(new URL('../../frontend_contracts', import.meta.url));

/** The folders of an app's screens, each by the address that its screen.tsx says. */
function found(app) {
  const folder = join(FRONTENDS, app, 'src', 'screens');
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name, 'screen.tsx');
    const path = existsSync(file) && /path: ['"]([^'"]+)['"]/.exec(readFileSync(file, 'utf8'))?.[1];
    return path ? [{ app, name, path }] : [];
  });
}

const firstRow = async (page) => {
  await page.locator('.k-opener').first().click();
  await page.locator('.ant-drawer-body dl').first().waitFor();
  await page.waitForTimeout(500);
};

/** What is found by itself, and what is a click away: `open` is done before it is looked at. */
export const SCREENS = [
  ...found('panel'),
  ...found('console'),
  { app: 'panel', name: 'order', path: 'orders', open: firstRow },
  { app: 'panel', name: 'courier', path: 'couriers', open: firstRow },
  { app: 'panel', name: 'nothing', path: 'no-such-screen' },
  { app: 'console', name: 'tenant', path: 'tenants', open: firstRow },
  {
    app: 'console',
    name: 'onboard',
    path: 'tenants',
    async open(page) {
      await page.locator('.k-page-head button').click();
      await page.locator('.ant-drawer-body form').waitFor();
      await page.waitForTimeout(500);
    },
  },
];
