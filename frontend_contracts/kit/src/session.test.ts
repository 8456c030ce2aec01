import { beforeEach, expect, it } from 'vitest';
import { sessionEnd, sessionExpired, sessionOpen, sessionStart, tokens } from './session';

const SESSION = { token: 'one', expiresAt: '2030-01-01T00:00:00Z' };

beforeEach(() => {
  localStorage.clear();
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
