/** figures.mjs READY CHROMIUM: what somebody at the panel waits for, as JSON. */

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Caller, placeOrder, plainService } from '../../web/api.mjs';
import { openBrowser, openPage, signIn } from '../../web/browser.mjs';

const [ready, chromium] = process.argv.slice(2);
const { tenants, logins } = JSON.parse(readFileSync(ready, 'utf8'));
const [place] = tenants;
const login = (role) => logins.find((each) => each.host === place.host && each.role === role);
const ROUNDS = 9;
const SCROLL_SECONDS = 8;
const ORDERS_A_SECOND = 3;

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

/** What the sign-in page loads, gzipped as a proxy sends it. */
async function weight(browser) {
  const { page, context } = await openPage(browser);
  const bodies = [];
  page.on('response', (response) => {
    if (/\.(js|css)$|\/panel$/.test(new URL(response.url()).pathname)) bodies.push(response.body());
  });
  await page.goto(place.app, { waitUntil: 'networkidle' });
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body, { level: 6 }).length, 0);
  await context.close();
  return bytes;
}

/** Milliseconds from the click to the frame in which `shown` (in the page) is true, and stays. */
async function clicked(page, click, shown) {
  await page.evaluate((source) => {
    const there = new Function(`return (${source})()`);
    window.measured = new Promise((resolve) => {
      addEventListener(
        'click',
        ({ timeStamp }) => {
          const watch = () => {
            if (there()) requestAnimationFrame(() => resolve(performance.now() - timeStamp));
            else requestAnimationFrame(watch);
          };
          watch();
        },
        { capture: true, once: true },
      );
    });
  }, String(shown));
  await click();
  return page.evaluate(() => window.measured);
}

/** The median of each kind of click. */
async function clicks(page) {
  const found = { drawer: [], filter: [], page: [], screen: [] };
  const rows = page.locator('.k-opener');
  for (let round = 0; round < ROUNDS; round += 1) {
    await rows.nth(round).hover();
    await page.waitForTimeout(150); // a hand takes that long from pointing to pressing
    found.drawer.push(await clicked(page, () => rows.nth(round).click(), () => document.querySelector('.ant-drawer-body .o-history')));
    await page.keyboard.press('Escape');
    await page.locator('.ant-drawer-body').waitFor({ state: 'detached' });
  }
  const rest = () => page.waitForTimeout(400);
  const marked = () => page.evaluate(() => document.querySelector('.ant-table-row').setAttribute('data-old', ''));
  const changed = () => {
    const row = document.querySelector('.ant-table-row');
    return row && !row.hasAttribute('data-old') && !document.querySelector('.ant-spin-spinning');
  };
  const views = page.locator('.k-view');
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.locator('.k-list-foot .ant-btn').last().waitFor();
    await marked();
    found.page.push(await clicked(page, () => page.locator('.k-list-foot .ant-btn').last().click(), changed));
    await rest();
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    await views.nth(0).click();
    await rest();
    await marked();
    found.filter.push(await clicked(page, () => views.nth(5).click(), changed));
    await rest();
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.locator('.k-side nav a[href$="/today"]').click();
    await page.locator('.t-figures').waitFor();
    await rest();
    found.screen.push(await clicked(page, () => page.locator('.k-side nav a[href$="/orders"]').click(), () => document.querySelector('.ant-table-row')));
    await rest();
  }
  return Object.fromEntries(Object.entries(found).map(([kind, times]) => [kind, Math.round(median(times))]));
}

/** Frames a second while a page of 100 of the orders scrolls, and orders keep coming. */
async function frames(page) {
  const maya = await new Caller(place).signInByPhone(login('customer'), 'Customer');
  const service = await plainService(maya);
  await page.goto(`${place.app}/orders?size=100`);
  await page.locator('.ant-table-row').nth(60).waitFor();
  await page.locator('.ant-table-row').first().hover();
  let over = false;
  let placed = 0;
  const start = Date.now();
  const ordering = (async () => {
    while (!over) {
      const began = Date.now();
      await placeOrder(maya, service, [31.0252, 121.4337]);
      placed += 1;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 / ORDERS_A_SECOND - (Date.now() - began))));
    }
  })();
  const counting = page.evaluate(async (seconds) => {
    const times = [];
    const end = performance.now() + seconds * 1000;
    await new Promise((resolve) => {
      const frame = (now) => {
        times.push(now);
        if (now < end) requestAnimationFrame(frame);
        else resolve();
      };
      requestAnimationFrame(frame);
    });
    const gaps = times.slice(1).map((time, index) => time - times[index]).toSorted((one, other) => one - other);
    return { rate: (times.length - 1) / ((times.at(-1) - times[0]) / 1000), p95: gaps[Math.floor(gaps.length * 0.95)], longest: gaps.at(-1) };
  }, SCROLL_SECONDS);
  for (let wheel = 0; wheel < SCROLL_SECONDS * 10; wheel += 1) {
    await page.mouse.wheel(0, wheel % 40 < 20 ? 120 : -120);
    await page.waitForTimeout(90);
  }
  const { rate, p95, longest } = await counting;
  over = true;
  await ordering;
  const seconds = (Date.now() - start) / 1000;
  return { rate: Math.round(rate), p95: Math.round(p95), longest: Math.round(longest), ordersPerSecond: placed / seconds };
}

const browser = await openBrowser(chromium);
try {
  const bytes = await weight(browser);
  const { page } = await openPage(browser);
  await page.goto(place.app);
  await signIn(page, login('administrator'));
  await page.goto(`${place.app}/orders`);
  await page.locator('.ant-table-row').first().waitFor();
  const total = await page.locator('.k-list-foot span').first().innerText();
  console.log(JSON.stringify({ bytes, total, clicks: await clicks(page), frames: await frames(page) }));
} finally {
  await browser.close();
}
