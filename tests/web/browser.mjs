/** A browser for the journeys: an installed Chromium, and a page that complains about nothing. */

import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(new URL('../../frontend_contracts/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Opens the browser at `executable`; everything it keeps is in a new folder. */
export function openBrowser(executable) {
  const profile = mkdtempSync(join(tmpdir(), 'daiqu-browser-'));
  return chromium.launch({ executablePath: executable, args: [...FLAGS, `--disk-cache-dir=${profile}`] });
}

/** A page of its own person. `faults` collects what the browser's console complains of. */
export async function openPage(browser, { language = 'en-GB', scheme = 'light', width = 1360, height = 860 } = {}) {
  const context = await browser.newContext({
    locale: language,
    colorScheme: scheme,
    viewport: { width, height },
    reducedMotion: 'reduce',
    timezoneId: 'Asia/Shanghai',
  });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    // A refused sign-in is an answer like another, which browsers print nevertheless.
    if (message.type() === 'error' && !/status of 40[013]/.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  return { page, context, faults };
}

/** What axe-core finds serious or critical on the page as it is. */
export async function axeFaults(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => {
      const some = nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary?.split('\n')[1] ?? ''}`);
      return `${id}, ${nodes.length} times:\n    ${some.join('\n    ')}`;
    });
}

/** Sign in by the form. */
export async function signIn(page, { identifier, secret }) {
  await page.locator('input[type=email]').fill(identifier);
  await page.locator('input[type=password]').fill(secret);
  await page.locator('button[type=submit]').click();
  await page.locator('nav').first().waitFor({ timeout: 10_000 });
}
