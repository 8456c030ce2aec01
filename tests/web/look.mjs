/**
 * look.mjs READY CHROMIUM FOLDER [NAME…]: a picture of each screen in both languages and both
 * themes, what axe-core says of it, and what the browser complains of.
 *
 * A theme changes no more than colours: all rules are asked in one, those of contrast in the other,
 * and neither again in the other language. A page stays: it goes on within the app, as people do.
 */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axeFaults, openBrowser, openPage, signIn } from './browser.mjs';
import { SCREENS } from './screens.mjs';

const [ready, chromium, folder, ...names] = process.argv.slice(2);
const { platform, tenants, logins } = JSON.parse(readFileSync(ready, 'utf8'));
const PLACES = { panel: tenants[0], console: platform };
const CALM_MS = 250;
mkdirSync(folder, { recursive: true });

/** Nothing is being asked of the server, and nothing on the page still loads. */
function calmOf(page) {
  let asking = 0;
  let since = Date.now();
  const asks = (request) => request.resourceType() === 'fetch' || request.resourceType() === 'script';
  const change = (by) => (request) => {
    if (!asks(request)) return;
    asking = Math.max(0, asking + by);
    since = Date.now();
  };
  page.on('request', change(1));
  page.on('requestfinished', change(-1));
  page.on('requestfailed', change(-1));
  return async () => {
    since = Date.now();
    for (let tries = 0; tries < 200; tries += 1) {
      if (await page.locator('.k-loading').count()) since = Date.now();
      if (asking === 0 && Date.now() - since >= CALM_MS) return;
      await page.waitForTimeout(30);
    }
    throw new Error(`${page.url()} does not come to rest`);
  };
}

/** All screens of an app in one language; what was found. */
async function look(browser, app, language) {
  const screens = SCREENS.filter((screen) => screen.app === app && (!names.length || names.includes(screen.name)));
  if (!screens.length) return [];
  const found = [];
  const place = PLACES[app];
  const login = logins.find(({ host, role }) => host === place.host && (role === 'administrator' || role === 'owner'));
  const { page, faults } = await openPage(browser, { language, still: true });
  const calm = calmOf(page);
  const judged = language === 'en-GB';
  const seen = async (name) => {
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      // On a busy machine a theme takes its time: half of one is no picture of either.
      await page.waitForFunction((wanted) => document.documentElement.dataset.appearance === wanted, scheme);
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 80))));
      await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
      await page.screenshot({ path: join(folder, `${app}-${name}-${language}-${scheme}.png`) });
      const said = judged ? await axeFaults(page, scheme === 'light' ? undefined : ['color-contrast']) : [];
      for (const fault of said) found.push(`${app} ${name}, ${scheme}: ${fault}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    for (const fault of faults.splice(0)) found.push(`${app} ${name}, ${language}: ${fault}`);
  };
  let opened = false;
  const to = async (path) => {
    const address = `/${app}/${path}`;
    // What was opened may stand above the next one.
    if (opened) await page.goto(new URL(address, place.app).href);
    else {
      await page.evaluate((next) => {
        history.pushState(null, '', next);
        dispatchEvent(new PopStateEvent('popstate', { state: null }));
      }, address);
    }
    await page.locator('h1, .k-state').first().waitFor();
    await calm();
  };

  await page.goto(place.app);
  await page.locator('input[type=email]').waitFor();
  await seen('sign-in');
  await signIn(page, login);
  await calm();
  for (const screen of screens) {
    await to(screen.path);
    await screen.open?.(page);
    opened = Boolean(screen.open);
    await calm();
    await seen(screen.name);
  }
  await page.context().close();
  return found;
}

const browser = await openBrowser(chromium);
const found = [];
try {
  for (const app of ['panel', 'console']) {
    found.push(...(await Promise.all(['en-GB', 'zh-CN'].map((language) => look(browser, app, language)))).flat());
  }
} finally {
  await browser.close();
}
if (found.length) {
  console.error(found.join('\n'));
  process.exit(1);
}
