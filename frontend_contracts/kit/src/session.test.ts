import { beforeEach, expect, it } from 'vitest';
import {
  sessionEnd,
  sessionExpired,
  sessionOpen,
  sessionStart,
  sessionStore,
  tokens,
  visiting,
  visitStart,
} from './session';

const SESSION = { token: 'one', expiresAt: '2030-01-01T00:00:00Z' };

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  sessionOpen('panel');
});

it('keeps the panel and the console apart', () => {
  sessionStart(SESSION);
  expect(Object.keys(localStorage)).toEqual(['daiqu.panel.session']);
  sessionOpen('console');
  expect(tokens.read()).toBeNull();
});

it('makes what was being sent wait until somebody has signed in again', async () => {
  sessionStart(SESSION);
  let gone = false;
  const waiting = sessionExpired().then(() => {
    gone = true;
  });
  await Promise.resolve();
  expect(gone).toBe(false);
  sessionStart({ ...SESSION, token: 'two' });
  await waiting;
  expect(tokens.read()?.token).toBe('two');
});

it('holds nothing up for somebody who has signed out', async () => {
  sessionStart(SESSION);
  sessionEnd();
  await expect(sessionExpired()).resolves.toBeUndefined();
  expect(tokens.read()).toBeNull();
});

it('takes a broken note of a session for none', () => {
  localStorage.setItem('daiqu.panel.session', '{');
  expect(tokens.read()).toBeNull();
});

it('keeps a visit to its tab, and leaves the session of the browser as it is', () => {
  sessionStart(SESSION);
  visitStart({ ...SESSION, token: 'visit' });
  expect(tokens.read()?.token).toBe('visit');
  expect(localStorage.getItem('daiqu.panel.session')).toContain('one');
  sessionOpen('panel'); // the tab is loaded anew
  expect([visiting(), tokens.read()?.token]).toEqual([true, 'visit']);
  tokens.write(null); // the server knows it no more
  expect([visiting(), tokens.read()]).toEqual([true, null]);
  expect(sessionStore()).toBe(sessionStorage);
  sessionOpen('panel');
  expect([visiting(), tokens.read()?.token]).toEqual([false, 'one']);
});
