/** A browser for the journeys: an installed Chromium, and pages that complain about nothing. */

import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(new URL('../../frontend_contracts/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Every page of this process. */
const opened = [];

/** Opens the browser at `executable`; everything it keeps is in a new folder. */
export function openBrowser(executable) {
  const profile = mkdtempSync(join(tmpdir(), 'daiqu-browser-'));
  return chromium.launch({ executablePath: executable, args: [...FLAGS, `--disk-cache-dir=${profile}`] });
}

/**
 * A page of its own person. `faults` collects what the browser's console complains of, and any
 * dialog of the browser's own, which only a script that should not have run would open. `still`
 * takes the motion out of it.
 */
export async function openPage(browser, { language = 'en-GB', scheme = 'light', width = 1360, height = 860, still = false } = {}) {
  const context = await browser.newContext({
    locale: language,
    colorScheme: scheme,
    viewport: { width, height },
    reducedMotion: 'reduce',
    timezoneId: 'Asia/Shanghai',
  });
  context.setDefaultTimeout(60_000);
  if (still) {
    await context.addInitScript(() => {
      // Motion is waited for by nobody, and a colour half way is no colour of ours.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('*, ::before, ::after { transition-duration: 1ms !important; animation-duration: 1ms !important; }');
      document.adoptedStyleSheets = [sheet];
    });
  }
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    // A session that has ended is an answer like another, which browsers print nevertheless.
    if (message.type() === 'error' && !/status of 401/.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => {
    if (dialog.type() !== 'beforeunload') faults.push(`a dialog: ${dialog.message()}`);
    void dialog.accept();
  });
  opened.push({ page, faults });
  return { page, context, faults };
}

/** What axe-core finds serious or critical on the page as it is; of all its rules, or of `rules`. */
export async function axeFaults(page, rules) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const violations = await page.evaluate(async (only) => {
    const options = { resultTypes: ['violations'], selectors: false, iframes: false };
    const answer = await window.axe.run(document, only ? { ...options, runOnly: only } : options);
    return answer.violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary?.split('\n')[1] ?? ''}`),
      count: nodes.length,
    }));
  }, rules);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes, count }) => `${id}, ${count} times:\n    ${nodes.join('\n    ')}`);
}

/** Sign in by the form. */
export async function signIn(page, { identifier, secret }) {
  await page.locator('input[type=email]').fill(identifier);
  await page.locator('input[type=password]').fill(secret);
  await page.locator('button[type=submit]').click();
  await page.locator('nav').first().waitFor();
}

/** To a screen by the navigation, as people go. */
export async function go(page, path) {
  const link = page.locator(`.k-side nav a[href$="/${path}"]`);
  await link.click();
  // The screen before stays until the next one's chunk is there.
  await page.locator('main h1', { hasText: await link.innerText() }).waitFor();
}

/** The server no longer knows the session, as after twelve hours. */
export async function endSession(page) {
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage).filter((each) => each.endsWith('.session'))) {
      localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), token: 'ended' }));
    }
  });
}

/** Does `clicks`, which must send the mutation `field` once and no second time. */
export async function onceSent(page, field, clicks) {
  let sent = 0;
  let done = 0;
  const count = async (response) => {
    if (!response.url().endsWith('/graphql')) return;
    const answer = await response.text().catch(() => '');
    if (!answer.includes(`"${field}"`)) return;
    sent += 1;
    if (answer.includes('Success"')) done += 1;
  };
  page.on('response', count);
  await clicks();
  for (let waited = 0; done === 0 && waited < 30_000; waited += 100) await page.waitForTimeout(100);
  await page.waitForTimeout(300); // for the second, if there is one
  page.off('response', count);
  must(sent === 1 && done === 1, `${field} was sent ${sent} times and done ${done} times`);
}

/** A line to the server that can be cut: what is open on it breaks, and nothing new gets through. */
export async function openLine(place) {
  const [host, port] = place.connect.split(':');
  const open = new Set();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(Number(port), host);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
    return undefined;
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    cut() {
      whole = false;
      for (const socket of open) socket.destroy();
    },
    mend() {
      whole = true;
    },
    close() {
      this.cut();
      server.close();
    },
  };
}

/** For whoever has to mend it: what each page shows, into the folder of pictures, and its faults. */
export async function witness(name) {
  const folder = new URL('../../frontend_contracts/screenshots/', import.meta.url).pathname;
  for (const [index, { page, faults }] of opened.entries()) {
    if (page.isClosed()) continue;
    await page.screenshot({ path: join(folder, `failed-${name}-${index + 1}.png`) }).catch(() => undefined);
    console.error(page.url(), faults);
  }
}

export function must(truth, what) {
  if (!truth) throw new Error(what);
}
