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
};

const firstForm = async (page) => {
  await page.locator('.k-opener').first().click();
  await page.locator('.ant-drawer-body form').first().waitFor();
};

const newForm = async (page) => {
  await page.locator('.k-page-head .ant-btn-primary').click();
  await page.locator('.ant-drawer-body form').first().waitFor();
};

/** What is found by itself, and what is a click away: `open` is done before it is looked at. */
export const SCREENS = [
  ...found('panel'),
  ...found('console'),
  { app: 'panel', name: 'order', path: 'orders', open: firstRow },
  { app: 'panel', name: 'courier', path: 'couriers', open: firstRow },
  { app: 'panel', name: 'notice', path: 'notices', open: newForm },
  { app: 'panel', name: 'key', path: 'integrations', open: newForm },
  { app: 'panel', name: 'third-party', path: 'integrations?tab=start' },
  { app: 'panel', name: 'own-domain', path: 'domains', open: newForm },
  {
    app: 'panel',
    name: 'beside-service',
    path: 'catalogue',
    async open(page) {
      await page.locator('a[href*="catalogue/service?id="]').first().click();
      await page.locator('a[href*="catalogue/content?id="]').click();
      await page.locator('.c-media').waitFor();
    },
  },
  { app: 'panel', name: 'nothing', path: 'no-such-screen' },
  { app: 'console', name: 'tenant', path: 'tenants', open: firstRow },
  { app: 'console', name: 'release', path: 'releases', open: firstRow },
  { app: 'console', name: 'subscription', path: 'bills', open: firstRow },
  { app: 'console', name: 'domain', path: 'domains', open: firstRow },
  { app: 'console', name: 'act', path: 'audit', open: firstRow },
  { app: 'console', name: 'plan', path: 'plans', open: firstForm },
  { app: 'console', name: 'template', path: 'templates/campus_errands/edit' },
  { app: 'console', name: 'announcement', path: 'announcements', open: newForm },
  { app: 'console', name: 'flag', path: 'flags', open: newForm },
  {
    app: 'console',
    name: 'backups-of',
    path: 'backups',
    async open(page) {
      await page.locator('.k-opener').first().click();
      await page.locator('.ant-drawer-body .b-list, .ant-drawer-body .k-state').first().waitFor();
      await page.waitForTimeout(500);
    },
  },
  {
    app: 'console',
    name: 'onboard',
    path: 'tenants',
    async open(page) {
      await page.locator('.k-page-head button').click();
      await page.locator('.ant-drawer-body form').waitFor();
    },
  },
];
