/** follow.mjs READY CHROMIUM LANGUAGE: sign in, see an order arrive, open it, take its next step. */

import { readFileSync } from 'node:fs';
import { customer, placeOrder } from './api.mjs';
import { openBrowser, openPage, signIn } from './browser.mjs';

const [ready, chromium, language] = process.argv.slice(2);
const { tenants, logins } = JSON.parse(readFileSync(ready, 'utf8'));
const [place] = tenants;
const as = (role) => logins.find((login) => login.host === place.host && login.role === role);
const WORDS = {
  'en-GB': { orders: 'Orders', assign: 'Assign a courier', choose: 'Assign', accepted: 'Accepted', undo: 'Undo', cancel: 'Cancel the order', cancelled: 'Cancelled', ended: 'Your session has ended', invite: 'Invite a colleague', make: 'Make the invitation' },
  'zh-CN': { orders: '订单', assign: '指派骑手', choose: '指派', accepted: '已接单', undo: '撤销', cancel: '取消订单', cancelled: '已取消', ended: '登录已过期', invite: '邀请同事', make: '生成邀请' },
}[language];

function must(truth, what) {
  if (!truth) throw new Error(what);
}

const browser = await openBrowser(chromium);
try {
  const { page, faults } = await openPage(browser, { language });
  await page.goto(place.app);
  await signIn(page, { ...as('administrator'), secret: 'not the password' }).then(
    () => must(false, 'a wrong password was let in'),
    () => undefined,
  );
  must(await page.getByRole('alert').first().isVisible(), 'a wrong password is refused without a word');
  await signIn(page, as('administrator'));

  // Two orders arrive while the table is open.
  await page.getByRole('link', { name: WORDS.orders, exact: true }).click();
  await page.locator('.k-opener').first().waitFor();
  const token = await customer(place, as('customer'));
  const order = await placeOrder(place, token, [31.026, 121.436]);
  const row = page.getByRole('button', { name: order.number });
  await row.waitFor({ timeout: 15_000 });

  // The drawer, and the next step: to a courier, and back.
  await row.click();
  const drawer = page.locator('.ant-drawer-content-wrapper');
  await drawer.getByText('<script>alert(1)</script>').waitFor();
  must(page.url().includes('open='), 'the open order is not in the address');
  await page.getByRole('button', { name: WORDS.assign }).click();
  await page.locator('.o-couriers input').first().check();
  await page.getByRole('dialog').getByRole('button', { name: WORDS.choose, exact: true }).click();
  await drawer.getByText(WORDS.accepted, { exact: true }).first().waitFor();
  await page.getByRole('button', { name: WORDS.undo }).click();
  await drawer.getByRole('button', { name: WORDS.assign }).waitFor();

  // The line is lost and comes back: what happened meanwhile is there.
  await page.context().setOffline(true);
  const missed = await placeOrder(place, token, [31.0265, 121.4365]);
  await page.context().setOffline(false);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: missed.number }).waitFor({ timeout: 60_000 });

  // Cancelled, which cannot be undone and is asked first.
  await page.getByRole('button', { name: missed.number }).click();
  await drawer.getByRole('button', { name: WORDS.cancel }).click();
  await page.getByRole('dialog').last().getByRole('button', { name: WORDS.cancel }).click();
  await drawer.getByText(WORDS.cancelled, { exact: true }).first().waitFor();

  // A session that ends in the middle of a form: nothing typed is lost, and what was sent goes on.
  await page.goto(`${place.app}/staff`);
  await page.getByRole('button', { name: WORDS.invite }).click();
  await page.locator('#name').fill('Ming Li');
  await page.locator('#email').fill(`ming-${Date.now()}@qinghe.example`);
  await page.locator('#role').click();
  await page.locator('.ant-select-item-option').first().click();
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage).filter((each) => each.endsWith('.session'))) {
      localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), token: 'ended' }));
    }
  });
  await page.getByRole('button', { name: WORDS.make }).click();
  const dialog = page.getByRole('dialog').filter({ hasText: WORDS.ended });
  await dialog.waitFor();
  await dialog.locator('input[type=password]').fill(as('administrator').secret);
  await dialog.locator('button[type=submit]').click();
  await page.locator('.ant-drawer-body .ant-input[readonly]').waitFor();

  // The language is kept, and nothing of another is mixed in.
  const shown = await page.locator('nav').first().innerText();
  must(language === 'en-GB' ? !/[\u4e00-\u9fff]/.test(shown) : !/[a-z]{3}/i.test(shown), `mixed languages: ${shown}`);
  const real = faults.filter((fault) => !/ERR_INTERNET_DISCONNECTED|WebSocket/.test(fault));
  must(real.length === 0, real.join('\n'));
} finally {
  await browser.close();
}
