/**
 * journey.mjs READY CHROMIUM LANGUAGE: an operator from nothing to its first completed order and a
 * changed price, by the two apps alone but for what customers and couriers do with theirs.
 */

import { readFileSync } from 'node:fs';
import { Caller, placeOrder, quote } from './api.mjs';
import { go, must, onceSent, openBrowser, openLine, openPage, signIn, witness } from './browser.mjs';

const [ready, chromium, language] = process.argv.slice(2);
const { platform, tenants, logins } = JSON.parse(readFileSync(ready, 'utf8'));
const login = (role) => logins.find((each) => each.role === role && (role === 'owner' || each.host === tenants[0].host));
const chinese = language === 'zh-CN';
const slug = `web-${chinese ? 'zh' : 'en'}-${Date.now().toString(36)}`;
const place = { connect: platform.connect, host: `${slug}.localhost` };
const POINT = chinese ? [31.0252, 121.4337] : [51.4545, -2.5879];
const NAME = chinese ? '湖畔代取' : 'Lakeside';
const SERVICE = chinese ? '代取钥匙' : 'Key pick-up';
const WORDS = chinese
  ? { add: '添加问题', step: '添加步骤', done: '完成 1', dispatcher: '调度员', choice: '单选', base: '基础价格', assign: '指派骑手', choose: '指派', accepted: '已接单', undo: '撤销', cancel: '取消订单', cancelled: '已取消', completed: '已完成', approve: '通过', lost: '连接已断开' }
  : { add: 'Add a question', step: 'Add a step', done: '1 completed', dispatcher: 'Dispatcher', choice: 'One of several', base: 'Base price', assign: 'Assign a courier', choose: 'Assign', accepted: 'Accepted', undo: 'Undo', cancel: 'Cancel the order', cancelled: 'Cancelled', completed: 'Completed', approve: 'Approve', lost: 'Connection lost' };

/** Choose `text` of a select that is open. */
const pick = (page, text) => page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: text }).first().click();
const primary = (scope) => scope.locator('.ant-btn-primary');
const drawerOf = (page) => page.locator('.ant-drawer-content-wrapper');

/** The owner takes on an operator; the invitation's link. */
async function takenOn(page) {
  await page.goto(platform.app);
  await page.locator('input[type=email]').fill(login('owner').identifier);
  await page.locator('input[type=password]').fill('not the password');
  await page.locator('button[type=submit]').click();
  await page.getByRole('alert').first().waitFor(); // refused in words
  await signIn(page, login('owner'));
  await page.locator('.k-page-head button').click();
  if (!chinese) {
    await page.locator('#language').click();
    await pick(page, 'English');
  }
  await page.locator('#nameZh').fill('湖畔代取');
  await page.locator('#nameEn').fill('Lakeside');
  await page.locator('#slug').fill('UPPER');
  await page.locator('#template').click();
  await pick(page, '');
  await page.locator('#person').fill('Ines');
  await page.locator('#email').fill(`ines@${slug}.example`);
  await page.locator('.ant-drawer-body button[type=submit]').click();
  await page.locator('.ant-form-item-explain-error').waitFor(); // said before it is sent
  await page.locator('#slug').fill(slug);
  await page.locator('.ant-drawer-body button[type=submit]').dblclick();
  const link = page.locator('.ant-drawer-body .ant-input[readonly]');
  await link.waitFor({ timeout: 30_000 });
  return new URL(await link.inputValue());
}

async function accepted(page, invitation) {
  await page.goto(String(invitation));
  for (const field of ['#password', '#again']) await page.locator(field).fill('correct horse battery');
  await page.locator('button[type=submit]').click();
  await page.locator('nav').first().waitFor();
  const title = await page.title();
  must(title.endsWith(NAME), `the panel does not wear the brand: ${title}`);
}

async function branded(page) {
  await go(page, 'brand');
  await page.locator('#slogan').fill(chinese ? '送到楼下' : 'To your door');
  await page.locator('#supportPhone').fill(chinese ? '+8613800138000' : '+441173252000');
  await page.locator('form button[type=submit]').first().click();
  await page.getByRole('status').filter({ hasText: /\S/ }).last().waitFor();
}

/** A zone around the point, drawn by hand; a point of it would be taken back by leaving. */
async function zoned(page) {
  await go(page, 'zones');
  await page.locator('.z-go input').fill(POINT.join(', '));
  await page.keyboard.press('Enter');
  await page.locator('.maplibregl-marker').waitFor();
  await primary(page.locator('main')).first().click();
  await page.locator('.z-editor').waitFor();
  const { x, y, width, height } = await page.locator('.maplibregl-canvas').boundingBox();
  const corners = [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]];
  for (const [right, down] of [...corners, corners[0]]) {
    await page.mouse.move(x + width * right, y + height * down, { steps: 3 });
    await page.mouse.down();
    await page.mouse.up();
    await page.waitForTimeout(350); // two clicks at once are a double click
  }
  await page.locator('.z-editor').getByText('km²').waitFor();
  await page.locator('.z-editor form input').first().fill(NAME);
  await page.locator('.z-editor button[type=submit]').click();
  await page.locator('.z-item', { hasText: NAME }).waitFor();
}

/** A colleague is invited, comes in by the link, and sees what dispatchers see. */
async function joined(page, browser, port) {
  await go(page, 'staff');
  await primary(page.locator('.k-page-head')).click();
  const drawer = drawerOf(page);
  await drawer.locator('#name').fill('Noor');
  await drawer.locator('#email').fill(`noor@${slug}.example`);
  await drawer.locator('#role').click();
  await pick(page, WORDS.dispatcher);
  await drawer.locator('button[type=submit]').click();
  const link = new URL(await drawer.locator('.ant-input[readonly]').inputValue());
  await page.keyboard.press('Escape');
  link.port = port;
  const noor = await openPage(browser, { language });
  await accepted(noor.page, link);
  await noor.page.locator('.k-side nav a[href$="/orders"]').waitFor();
  must((await noor.page.locator('.k-side nav a[href$="/prices"]').count()) === 0, 'a dispatcher is led to the prices');
  await page.locator('tr', { hasText: `noor@${slug}` }).waitFor();
  await noor.page.context().close();
  return noor.faults;
}

/** A service with a question of its own and a step that needs a photo, on sale by one of two clicks; its id. */
async function builtService(page) {
  await go(page, 'catalogue');
  await primary(page.locator('.k-page-head')).click();
  await page.locator('#s-name').fill(SERVICE);
  await page.getByRole('combobox', { name: WORDS.add }).click();
  await pick(page, WORDS.choice);
  const question = page.locator('#at-form .s-fields').first();
  await question.locator('input').first().fill(chinese ? '哪个前台' : 'Which desk');
  for (const [index, text] of ['<b>North</b>', 'South'].entries()) {
    await question.locator('.s-options li').nth(index).locator('input').first().fill(text);
  }
  await page.locator('.s-preview').getByText('<b>North</b>').waitFor(); // as it was typed
  await page.getByRole('button', { name: WORDS.step }).click();
  await page.locator('#at-steps .s-fields input').first().fill('<i>Bell</i>');
  await page.locator('#at-steps .s-fields .ant-segmented-item').last().click();
  await onceSent(page, 'servicePublish', async () => {
    await page.locator('.s-bar-acts .ant-btn-primary').dblclick();
    await page.locator('.ant-modal-confirm .ant-btn-primary').dblclick();
  });
  await page.locator('.k-page-head .k-tag-good').waitFor();
  return new URL(page.url()).searchParams.get('id');
}

/** Its base price: made, or changed; in force by one of two clicks. */
async function priced(page, amount, { again = false } = {}) {
  await go(page, 'prices');
  if (again) {
    await page.locator('.p-rule', { hasText: SERVICE }).click();
  } else {
    await page.locator('.p-add').click();
    await pick(page, WORDS.base);
    await page.locator('#p-label').fill(chinese ? '钥匙' : 'Keys');
    await page.locator('#p-service').click();
    await page.locator('#p-service').fill(SERVICE);
    await pick(page, SERVICE);
  }
  await page.locator('#p-amount').fill(amount);
  await primary(page.locator('.p-foot')).click();
  await page.locator('.p-rule', { hasText: SERVICE }).filter({ hasText: amount }).waitFor();
  await onceSent(page, 'tariffPublish', async () => {
    await primary(page.locator('.k-page-head')).dblclick();
    await page.locator('.ant-modal-confirm .ant-btn-primary').dblclick();
  });
}

/** Somebody registers with the couriers' app, and is let in by the panel. */
async function hired(page) {
  const rider = await new Caller(place).signInByPhone(login('courier'), 'Courier', 'Tomas');
  await rider.act('CourierCourierRegister', { displayName: 'Tomas <img src=x onerror=alert(2)>' });
  await rider.upload('CourierCourierDocumentUpload', { kind: 'IDENTITY' }, 'file');
  await go(page, 'couriers');
  await page.locator('.k-opener').first().click();
  await drawerOf(page).getByRole('button', { name: WORDS.approve, exact: true }).click();
  await primary(page.locator('.ant-modal:visible')).click();
  await drawerOf(page).locator('.k-tag-good').first().waitFor();
  await page.keyboard.press('Escape');
  const [latitude, longitude] = POINT;
  await rider.act('CourierCourierOnDuty', { onDuty: true, latitude, longitude });
  return rider;
}

/** Two orders arrive on the open table: one is given away by hand, taken back and cancelled. */
async function takenCareOf(page, maya, service) {
  await go(page, 'orders');
  const order = await placeOrder(maya, service, POINT);
  const row = page.getByRole('button', { name: order.number });
  await row.click();
  const drawer = drawerOf(page);
  await drawer.getByText('<script>alert(1)</script>').waitFor();
  must(page.url().includes('open='), 'the open order is not in the address');
  await drawer.getByRole('button', { name: WORDS.assign }).click();
  await page.locator('.o-couriers input').first().check();
  await page.getByRole('dialog').getByRole('button', { name: WORDS.choose, exact: true }).click();
  await drawer.getByText(WORDS.accepted, { exact: true }).first().waitFor();
  await page.getByRole('button', { name: WORDS.undo }).click();
  await drawer.getByRole('button', { name: WORDS.assign }).waitFor();
  await drawer.getByRole('button', { name: WORDS.cancel }).click(); // asked first, since nothing undoes it
  await page.getByRole('dialog').last().getByRole('button', { name: WORDS.cancel }).click();
  await drawer.getByText(WORDS.cancelled, { exact: true }).first().waitFor();
  await page.keyboard.press('Escape');
}

/** The line is cut; what is ordered meanwhile is there when it is back, on the same page. */
async function caughtUp(page, line, maya, service, faults) {
  await page.evaluate(() => (window.stayed = true));
  const complaints = faults.length;
  line.cut();
  await page.getByText(WORDS.lost).waitFor();
  const missed = await placeOrder(maya, service, POINT);
  line.mend();
  await page.getByRole('button', { name: missed.number }).waitFor({ timeout: 40_000 });
  await page.getByText(WORDS.lost).waitFor({ state: 'hidden' });
  must(await page.evaluate(() => window.stayed === true), 'the page was loaded anew');
  // Browsers print what they cannot reach, which is what was done to them.
  faults.splice(complaints, faults.length, ...faults.slice(complaints).filter((fault) => !/ERR_|WebSocket/.test(fault)));
  return missed;
}

/** The courier waits for the offer, and takes it. */
async function taken(rider, order) {
  for (let tries = 0; tries < 60; tries += 1) {
    const { edges } = await rider.ask('CourierOffers', { first: 50 });
    const open = edges.find(({ node }) => node.state === 'OPEN');
    const input = open && { offerId: open.node.id, idempotencyKey: `web-${open.node.id}` };
    const answer = input && (await rider.ask('CourierOfferAccept', { input }));
    if (answer?.order?.id === order.id) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('nobody offers the order');
}

/** The courier does it with theirs while the panel looks on. */
async function completed(page, order, rider, maya) {
  await page.getByRole('button', { name: order.number }).click();
  const drawer = drawerOf(page);
  const key = () => ({ orderId: order.id, idempotencyKey: `web-${Math.random()}` });
  await taken(rider, order);
  await drawer.getByText(WORDS.accepted, { exact: true }).first().waitFor();
  for (const stop of order.stops) {
    await rider.act('CourierOrderDepart', key());
    await rider.act('CourierOrderArrive', key());
    for (const { key: step, stop: at } of order.work) {
      if (order.stops[at].id === stop.id) await rider.upload('CourierStepComplete', { ...key(), step }, 'photo');
    }
    const done = { ...key(), stopId: stop.id, pin: stop.pin, cashCollected: true };
    if (stop.photoNeed === 'REQUIRED') await rider.upload('CourierStopComplete', done, 'photo');
    else await rider.act('CourierStopComplete', done);
  }
  await maya.act('CustomerOrderConfirm', key());
  await drawer.getByText(WORDS.completed, { exact: true }).first().waitFor();
  await drawer.getByText('<i>Bell</i>').first().waitFor();
  await drawer.locator('.o-proofs img').last().waitFor();
  await page.keyboard.press('Escape');
}

const browser = await openBrowser(chromium);
const line = await openLine(platform);
try {
  const owner = await openPage(browser, { language });
  const invitation = await takenOn(owner.page);
  invitation.port = line.port;
  const { page, faults } = await openPage(browser, { language });
  await accepted(page, invitation);
  await page.locator('.t-start').waitFor(); // what is left to do, which is gone in the end
  await branded(page);
  await zoned(page);
  const colleague = await joined(page, browser, line.port);
  const serviceId = await builtService(page);
  await priced(page, '12');
  const rider = await hired(page);

  const maya = await new Caller(place).signInByPhone(login('customer'), 'Customer', 'Maya');
  const service = await maya.ask('CustomerService', { id: serviceId });
  must(service.declared.form.length === 1, 'the question is not in the form');
  const [latitude, longitude] = POINT;
  const afar = await quote(maya, service, [latitude + 1, longitude]).catch(String);
  must(/OUTSIDE_ZONES/.test(afar), `outside of the zone: ${afar}`);
  await takenCareOf(page, maya, service);
  const order = await caughtUp(page, line, maya, service, faults);
  await completed(page, order, rider, maya);

  const before = (await quote(maya, service, POINT)).total.amount;
  await priced(page, '15', { again: true });
  const after = (await quote(maya, service, POINT)).total.amount;
  must(after - before === 300, `the next quote is ${after} after ${before}`);

  await go(page, 'today');
  await page.locator('.t-figures').waitFor();
  must((await page.locator('.t-start').count()) === 0, 'what was to be done for a start is done');
  await page.locator('.k-page-head').getByText(WORDS.done).waitFor();

  const shown = await page.locator('nav').first().innerText();
  must(chinese ? !/[a-z]{3}/i.test(shown) : !/[\u4e00-\u9fff]/.test(shown), `mixed languages: ${shown}`);
  const complaints = [...owner.faults, ...colleague, ...faults];
  must(complaints.length === 0, complaints.join('\n'));
} catch (error) {
  await witness(`journey-${language}`);
  throw error;
} finally {
  await browser.close();
  line.close();
}
