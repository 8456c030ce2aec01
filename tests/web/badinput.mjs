/**
 * badinput.mjs READY CHROMIUM: what people do to forms. Two edit one service, a session ends in the
 * middle, scripts are pasted wherever there is text, and a file has 40 MB.
 */

import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Caller } from './api.mjs';
import { endSession, go, must, openBrowser, openPage, signIn, witness } from './browser.mjs';

const [ready, chromium] = process.argv.slice(2);
const { tenants, logins } = JSON.parse(readFileSync(ready, 'utf8'));
const place = tenants[1]; // the other is looked at meanwhile
const login = (role) => logins.find((each) => each.host === place.host && each.role === role);
const IMAGE = '<img src=x onerror=alert(1)>';
const SCRIPT = '</script><script>alert(2)</script>';
const TAG = Date.now().toString(36);

const saveButton = (page) => page.locator('.s-bar-acts').getByRole('button', { name: 'Save draft' });
const saved = async (page) => {
  await page.locator('.s-bar-acts .s-hint').filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
  must(await saveButton(page).isDisabled(), 'there is something left to save');
};

async function signedIn(browser) {
  const { page, faults } = await openPage(browser);
  await page.goto(place.app);
  await signIn(page, login('administrator'));
  return { page, faults };
}

/** A draft named by markup; its address. */
async function draft(page) {
  await go(page, 'catalogue');
  await page.locator('.k-page-head .ant-btn-primary').click();
  await page.locator('#s-name').fill(`${IMAGE} ${TAG}`);
  await saveButton(page).click();
  await page.waitForURL(/[?&]id=/);
  await saved(page);
  return page.url();
}

/** The second to save is told what the first has changed, and loses neither. */
async function twoAtOnce(first, second, address) {
  await second.goto(address);
  await second.locator('#s-summary').waitFor();
  await first.locator('#s-summary').fill('by the first');
  await saveButton(first).click();
  await saved(first);
  await second.locator('#s-description').fill('by the second');
  await saveButton(second).click();
  const dialog = second.getByRole('dialog').filter({ has: second.locator('.s-pair') });
  await dialog.getByText('In one line').waitFor();
  await dialog.locator('.ant-btn-primary').click(); // both
  await dialog.waitFor({ state: 'hidden' });
  await saved(second);
  await first.goto(address);
  must((await first.locator('#s-summary').inputValue()) === 'by the first', 'the first one lost it');
  must((await first.locator('#s-description').inputValue()) === 'by the second', 'the second one lost it');
}

/** Twelve hours are over in the middle of a form: it is asked over the page, and the save goes on. */
async function ended(page, address) {
  await page.locator('#s-description').fill('typed before it ended');
  await endSession(page);
  await saveButton(page).click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'Your session has ended' });
  await dialog.waitFor();
  must((await page.locator('#s-description').inputValue()) === 'typed before it ended', 'what was typed is gone');
  await dialog.locator('input[type=password]').fill(login('administrator').secret);
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'hidden' });
  await saved(page);
  await page.goto(address);
  await page.locator('#s-description').filter({ hasText: 'typed before it ended' }).waitFor();
}

/** What was pasted is text, wherever it comes back. */
async function pasted(page) {
  const plain = async (where) => {
    must((await page.locator('img[src="x"]').count()) === 0, `${where}: markup has become a picture`);
  };
  await go(page, 'brand');
  await page.locator('#slogan').fill(SCRIPT);
  await page.locator('form button[type=submit]').first().click();
  await page.locator('.ant-notification-notice-success').first().waitFor();
  await page.reload(); // it is in the page's own script, too
  await page.locator('#slogan').waitFor();
  must((await page.locator('#slogan').inputValue()) === SCRIPT, 'the slogan is not what was typed');
  await page.locator('#slogan').fill('Cleaning, repairs and care, at your door');
  await page.locator('form button[type=submit]').first().click();
  await page.locator('.ant-notification-notice-success').first().waitFor();

  await go(page, 'catalogue');
  await page.getByRole('searchbox').or(page.locator('.k-list-tools input')).first().fill(TAG);
  await page.getByText(`${IMAGE} ${TAG}`).first().waitFor();
  await plain('the catalogue');

  await go(page, 'zones');
  await page.locator('.z-side-head .ant-btn-primary').click();
  await page.locator('.z-go').waitFor();
  await go(page, 'catalogue'); // the map goes while somebody draws on it
  await go(page, 'zones');
  await page.locator('.z-side-head .ant-btn-primary').click();
  await page.locator('#name').fill(IMAGE);
  await page.locator('.z-coordinates summary').click();
  const ring = [[-2.6, 51.4], [-2.5, 51.4], [-2.5, 51.5], [-2.6, 51.4]];
  await page.locator('.z-coordinates textarea').fill(JSON.stringify({ type: 'Polygon', coordinates: [ring] }));
  await page.locator('.z-coordinates textarea').blur();
  await page.locator('.z-editor button[type=submit]').click();
  await page.locator('.z-side').getByText(IMAGE).first().waitFor();
  await plain('the zones');
  await page.getByRole('button', { name: `Remove: ${IMAGE}` }).first().click();
  await page.locator('.ant-modal-confirm .ant-btn-primary').click();
  await page.locator('.z-side').getByText(IMAGE).first().waitFor({ state: 'hidden' });

  await go(page, 'staff');
  await page.getByRole('button', { name: 'Invite a colleague' }).click();
  await page.locator('#name').fill(IMAGE);
  await page.keyboard.press('Escape'); // asked first, since it would be lost
  await page.locator('.ant-modal-confirm .ant-btn').first().click();
  await page.locator('#email').fill(`${TAG}@hearth.example`);
  await page.locator('#role').press('ArrowDown');
  await page.locator('#role').press('Enter');
  await page.getByRole('button', { name: 'Make the invitation' }).click();
  await page.locator('.ant-drawer-body .ant-input[readonly]').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText(IMAGE).first().waitFor();
  await plain('the staff');

  const maya = await new Caller(place).signInByPhone(login('customer'), 'Customer', IMAGE);
  must(maya.token, 'a customer cannot be called so');
  await go(page, 'audit');
  await page.locator('.k-list table').waitFor();
  await plain('the audit');
}

/** 40 MB are refused in words, and none of them is sent. */
async function tooLarge(page, address) {
  const folder = mkdtempSync(join(tmpdir(), 'daiqu-large-'));
  const files = Object.fromEntries(
    ['png', 'csv'].map((kind) => {
      const file = join(folder, `large.${kind}`);
      writeFileSync(file, '');
      truncateSync(file, 40_000_000);
      return [kind, file];
    }),
  );
  let sent = 0;
  page.on('request', (request) => (sent += /multipart/.test(request.headers()['content-type'] ?? '') ? 1 : 0));
  try {
    await go(page, 'brand');
    await page.locator('form input[type=file]').setInputFiles(files.png);
    await page.getByText('40.0 MB').waitFor();
    await page.goto(address);
    await page.locator('#at-pictures input[type=file]').setInputFiles(files.png);
    await page.getByText('40.0 MB').first().waitFor();
    await go(page, 'catalogue');
    await page.getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Upload a spreadsheet' }).click();
    await page.locator('.ant-drawer-body input[type=file], .ant-modal input[type=file]').setInputFiles(files.csv);
    await page.getByText('40.0 MB').first().waitFor();
    must(sent === 0, `${sent} files were sent`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const browser = await openBrowser(chromium);
try {
  const one = await signedIn(browser);
  const other = await signedIn(browser);
  const address = await draft(one.page);
  await twoAtOnce(one.page, other.page, address);
  await other.page.context().close();
  await ended(one.page, address);
  await pasted(one.page);
  await tooLarge(one.page, address);
  const complaints = [...one.faults, ...other.faults];
  must(complaints.length === 0, complaints.join('\n'));
} catch (error) {
  await witness('badinput');
  throw error;
} finally {
  await browser.close();
}
