/** look.mjs READY CHROMIUM FOLDER LANGUAGE SCHEME [NAME…]: a picture of each screen, and axe-core's verdict. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axeFaults, openBrowser, openPage, signIn } from './browser.mjs';
import { SCREENS } from './screens.mjs';

const [ready, chromium, folder, language, scheme, ...names] = process.argv.slice(2);
const { platform, tenants, logins } = JSON.parse(readFileSync(ready, 'utf8'));
const PLACES = { panel: tenants[0], console: platform };
mkdirSync(folder, { recursive: true });

const browser = await openBrowser(chromium);
const found = [];
try {
  for (const app of ['panel', 'console']) {
    const screens = SCREENS.filter((screen) => screen.app === app && (!names.length || names.includes(screen.name)));
    if (!screens.length) continue;
    const place = PLACES[app];
    const login = logins.find(({ host, role }) => host === place.host && (role === 'administrator' || role === 'owner'));
    const { page, context, faults } = await openPage(browser, { language, scheme });
    const look = async (name) => {
      await page.screenshot({ path: join(folder, `${app}-${name}-${language}-${scheme}.png`) });
      for (const fault of await axeFaults(page)) found.push(`${app} ${name}: ${fault}`);
      for (const fault of faults.splice(0)) found.push(`${app} ${name}: ${fault}`);
    };
    await page.goto(place.app);
    await page.locator('input[type=email]').waitFor();
    await look('sign-in');
    await signIn(page, login);
    for (const screen of screens) {
      await page.goto(`${place.app}/${screen.path}`);
      await page.locator('h1, .k-state').first().waitFor();
      await page.waitForLoadState('networkidle');
      await page.waitForFunction(() => !document.querySelector('.k-loading'));
      await screen.open?.(page);
      await look(screen.name);
    }
    await context.close();
  }
} finally {
  await browser.close();
}
if (found.length) {
  console.error(found.join('\n'));
  process.exit(1);
}
