import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { liveSet, useHeard, useLive } from './live';
import { hooked } from './mounted';

interface Row {
  id: string;
  state: string;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

it('shows a burst of events together, and of one thing the newest', () => {
  const { now } = hooked(() => useHeard<Row>(), null);
  const [, hear] = now();
  hear({ id: 'a', state: 'PLACED' });
  pass(150);
  hear({ id: 'b', state: 'PLACED' });
  hear({ id: 'a', state: 'ACCEPTED' });
  expect(now()[0].size).toBe(0);
  pass(50);
  expect([...now()[0].values()]).toEqual([
    { id: 'a', state: 'ACCEPTED' },
    { id: 'b', state: 'PLACED' },
  ]);
});

it('keeps what it heard before, and hears of it again', () => {
  const { now } = hooked(() => useHeard<Row>(), null);
  const [, hear] = now();
  hear({ id: 'a', state: 'PLACED' });
  pass(200);
  const before = now()[0];
  hear({ id: 'b', state: 'PLACED' });
  pass(200);
  hear({ id: 'a', state: 'COMPLETED' });
  pass(200);
  expect(now()[0].get('a')?.state).toBe('COMPLETED');
  expect(now()[0].get('b')?.state).toBe('PLACED');
  expect(before.get('a')?.state).toBe('PLACED'); // what was drawn is not changed underneath
  expect(now()[1]).toBe(hear);
});

it('hears nothing more once it is gone', () => {
  const { now, unmount } = hooked(() => useHeard<Row>(), null);
  const [, hear] = now();
  hear({ id: 'a', state: 'PLACED' });
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});

it('says how the connection is to whoever shows it', () => {
  const { now, unmount } = hooked(() => useLive(), null);
  expect(now()).toBe('idle');
  act(() => liveSet('open'));
  expect(now()).toBe('open');
  unmount();
  liveSet('idle');
});
