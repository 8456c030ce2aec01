/** lighthouse.mjs READY CHROMIUM PORT: Lighthouse's scores of the apps' pages, signed in, as JSON. */

import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import desktop from 'lighthouse/core/config/desktop-config.js';
import lighthouse from 'lighthouse';
import { signIn } from '../../web/browser.mjs';

const require = createRequire(new URL('../../../frontend_contracts/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const [ready, executablePath, port] = process.argv.slice(2);
const { platform, tenants, logins } = JSON.parse(readFileSync(ready, 'utf8'));
const [tenant] = tenants;
const PAGES = {
  panel: [tenant, 'administrator', ['today', 'orders', 'prices']],
  console: [platform, 'owner', ['tenants']],
};
const ASKED = ['performance', 'accessibility'];

const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'daiqu-lighthouse-')), {
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', `--remote-debugging-port=${port}`],
});
const scored = {};

async function score(name, url) {
  const { lhr } = await lighthouse(url, { port: Number(port), onlyCategories: ASKED, disableStorageReset: true, logLevel: 'error' }, desktop);
  const of = (audit) => Math.round(lhr.audits[audit].numericValue * 1000) / 1000;
  scored[name] = {
    ...Object.fromEntries(ASKED.map((key) => [key, Math.round(lhr.categories[key].score * 100)])),
    lcpMs: Math.round(of('largest-contentful-paint')),
    tbtMs: Math.round(of('total-blocking-time')),
    cls: of('cumulative-layout-shift'),
    faults: Object.values(lhr.audits).filter(({ id, score: points }) => points !== null && points < 0.9 && lhr.categories.accessibility.auditRefs.some((ref) => ref.id === id)).map(({ id }) => id),
  };
}

try {
  for (const [app, [place, role, paths]] of Object.entries(PAGES)) {
    await score(`${app}: sign-in`, place.app);
    const page = await context.newPage();
    await page.goto(place.app);
    await signIn(page, logins.find((each) => each.role === role && each.host === place.host));
    await page.goto('about:blank');
    for (const path of paths) await score(`${app}: ${path}`, `${place.app}/${path}`);
  }
  console.log(JSON.stringify(scored));
} finally {
  await context.close();
}
