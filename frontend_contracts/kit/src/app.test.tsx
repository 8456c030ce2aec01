import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AppDefinition, Loaded } from './app';

const SESSION = { token: 'one', expiresAt: '2999-01-01T00:00:00Z' };
const KEY = 'daiqu.panel.session';

const screen = (path: string, order: number, rights: string[]) => ({
  path,
  order,
  rights,
  group: 'work' as const,
  title: { en: `Title of ${path}`, 'zh-Hans': path },
  icon: null,
  load: () => Promise.resolve({ default: () => <p>{`This is ${path}`}</p> }),
});

let end: (() => void) | undefined;

/** The app on a page that was just loaded at `path`. */
async function started(path: string, load: () => Promise<Loaded>, more: Partial<AppDefinition> = {}) {
  vi.resetModules();
  history.replaceState(null, '', `/panel${path}`);
  const { startApp } = await import('./app');
  end = startApp({
    name: 'panel',
    screens: [screen('staff', 20, ['STAFF_MANAGE']), screen('orders', 10, ['ORDERS_READ']), screen('today', 30, [])],
    groups: {},
    signIn: () => Promise.resolve({ refusal: 'No' }),
    signOut: () => Promise.resolve(),
    load,
    ...more,
  });
}

const viewer = (...rights: string[]) => ({ viewer: { name: 'Ines', email: 'ines@shop.example', rights } });
const shown = (text: string) => vi.waitFor(() => expect(document.body.textContent).toContain(text), { timeout: 20_000 });
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  document.body.innerHTML = '<div id="root"></div>';
});

afterEach(async () => {
  end?.();
  end = undefined;
  // What React has put off is done while there still is a page.
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
});

it('asks who is there before it shows anything', async () => {
  const load = vi.fn(() => Promise.resolve(viewer()));
  await started('/', load);
  await shown('Sign in');
  expect(load).not.toHaveBeenCalled();
});

it('takes a session whose time is up for none', async () => {
  localStorage.setItem(KEY, JSON.stringify({ ...SESSION, expiresAt: '2001-01-01T00:00:00Z' }));
  const load = vi.fn(() => Promise.resolve(viewer()));
  await started('/', load);
  await shown('Sign in');
  expect(load).not.toHaveBeenCalled();
  expect(localStorage.getItem(KEY)).toBeNull();
});

it('begins with the first screen that somebody may see', async () => {
  localStorage.setItem(KEY, JSON.stringify(SESSION));
  await started('/', () => Promise.resolve(viewer('ORDERS_READ')));
  await shown('This is orders');
  expect(location.pathname).toBe('/panel/orders');
  expect(document.body.textContent).not.toContain('Title of staff');
});

it('shows no screen to who has no right to it, whatever the address says', async () => {
  localStorage.setItem(KEY, JSON.stringify(SESSION));
  await started('/staff', () => Promise.resolve(viewer('ORDERS_READ')));
  await shown('Title of orders');
  expect(document.body.textContent).not.toContain('This is staff');
});

it('shows who it was last time at once, while it asks', async () => {
  localStorage.setItem(KEY, JSON.stringify(SESSION));
  localStorage.setItem('daiqu.panel.viewer', JSON.stringify(viewer('STAFF_MANAGE').viewer));
  await started('/staff', () => new Promise<Loaded>(() => undefined));
  await shown('This is staff');
});

it('is of no use on a page without a place for it', async () => {
  document.body.innerHTML = '';
  await expect(started('/', () => Promise.resolve(viewer()))).rejects.toThrow('#root');
});
