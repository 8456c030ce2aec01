/** visit.mjs READY CHROMIUM: the owner looks into an operator's panel, is seen there, and goes. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axeFaults, openBrowser, openPage, signIn } from './browser.mjs';

const [ready, chromium] = process.argv.slice(2);
const { platform, tenants, logins } = JSON.parse(readFileSync(ready, 'utf8'));
const [place] = tenants;
const login = (host, role) => logins.find((each) => each.host === host && each.role === role);
const keys = (tab, store) => tab.evaluate((name) => Object.keys(window[name]).sort(), store);

const browser = await openBrowser(chromium);
try {
  const owner = await openPage(browser);
  await owner.page.goto(platform.app);
  await signIn(owner.page, login(platform.host, 'owner'));
  await owner.page.goto(`${platform.app}/tenants`);
  await owner.page.locator('.k-opener').first().click();
  await owner.page.getByRole('button', { name: 'Look in' }).click();
  await owner.page.locator('.ant-modal textarea').fill('Ticket 4711:\nprices');
  await owner.page.getByRole('button', { name: 'Begin the visit' }).click();
  const way = owner.page.getByRole('link', { name: 'Open its back office' });
  const href = await way.getAttribute('href');
  const [tab] = await Promise.all([owner.context.waitForEvent('page'), way.click()]);

  // Its token is in no address that a server or a history sees, and in this tab alone.
  const banner = tab.locator('.v-visit');
  await banner.waitFor();
  assert.match(await banner.innerText(), /Ticket 4711: prices/);
  assert.equal(new URL(tab.url()).hash, '');
  assert.deepEqual(await keys(tab, 'sessionStorage'), ['daiqu.panel.session', 'daiqu.panel.viewer']);
  assert.ok(!(await keys(tab, 'localStorage')).includes('daiqu.panel.session'));
  assert.deepEqual(await axeFaults(tab), []);
  await tab.goto(`${place.app}/orders`);
  await banner.waitFor();

  // Whoever may read the audit log sees who is inside.
  const staff = await openPage(browser, { language: 'zh-CN', scheme: 'dark' });
  await staff.page.goto(place.app);
  await signIn(staff.page, login(place.host, 'administrator'));
  await staff.page.locator('.v-inside', { hasText: 'Ticket 4711' }).waitFor();
  assert.deepEqual(await axeFaults(staff.page), []);

  await tab.getByRole('button', { name: 'End the visit' }).click();
  await tab.getByText('The visit is over').waitFor();
  assert.deepEqual(await keys(tab, 'sessionStorage'), []);

  // The way in is good for nothing now, nor does the page lead anybody into a session that is no visit.
  const theirs = await staff.page.evaluate(() => JSON.parse(localStorage.getItem('daiqu.panel.session')).token);
  for (const address of [href, `${place.app}/visit#${theirs}`]) {
    const late = await owner.context.newPage();
    await late.goto(address);
    await late.getByText('The visit is over').waitFor();
    assert.deepEqual(await keys(late, 'sessionStorage'), []);
  }
  assert.deepEqual([...owner.faults, ...staff.faults], []);
} finally {
  await browser.close();
}
