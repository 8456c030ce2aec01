/** onboard.mjs READY CHROMIUM LANGUAGE: the owner takes on an operator, whose administrator comes in. */

import { readFileSync } from 'node:fs';
import { openBrowser, openPage, signIn } from './browser.mjs';

const [ready, chromium, language] = process.argv.slice(2);
const { platform, logins } = JSON.parse(readFileSync(ready, 'utf8'));
const owner = logins.find(({ role }) => role === 'owner');
const slug = `web-${Date.now().toString(36)}`;

const browser = await openBrowser(chromium);
try {
  const { page, faults } = await openPage(browser, { language });
  await page.goto(platform.app);
  await signIn(page, owner);
  await page.locator('.k-page-head button').click();
  await page.locator('#nameZh').fill('湖畔代取');
  await page.locator('#nameEn').fill('Lakeside');
  await page.locator('#slug').fill('UPPER');
  await page.locator('#template').click();
  await page.locator('.ant-select-item-option').first().click();
  await page.locator('#person').fill('Ines');
  await page.locator('#email').fill(`${slug}@lakeside.example`);
  await page.locator('.ant-drawer-body button[type=submit]').click();
  await page.locator('.ant-form-item-explain-error').waitFor(); // said before it is sent
  await page.locator('#slug').fill(slug);
  await page.locator('.ant-drawer-body button[type=submit]').dblclick();
  const link = page.locator('.ant-drawer-body .ant-input[readonly]');
  await link.waitFor({ timeout: 30_000 });

  const invited = await openPage(browser, { language });
  await invited.page.goto(await link.inputValue());
  for (const field of ['#password', '#again']) await invited.page.locator(field).fill('correct horse battery');
  await invited.page.locator('button[type=submit]').click();
  await invited.page.locator('nav').waitFor();
  const title = await invited.page.title();
  const name = language === 'zh-CN' ? '湖畔代取' : 'Lakeside';
  if (!title.endsWith(name)) throw new Error(`the panel does not wear the brand: ${title}`);
  const complaints = [...faults, ...invited.faults];
  if (complaints.length) throw new Error(complaints.join('\n'));
} finally {
  await browser.close();
}
