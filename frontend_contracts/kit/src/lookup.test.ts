import { act } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useLookup, useSettled, type Choice } from './lookup';
import { hooked } from './mounted';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const choice = (value: string): Choice => ({ value, label: `the ${value}` });

/** A server that answers when it is told to. */
function server() {
  const waiting = new Map<string, (found: readonly Choice[]) => void>();
  const asked: string[] = [];
  const named: string[][] = [];
  return {
    asked,
    named,
    answer: (text: string, ...values: string[]) => act(async () => waiting.get(text)?.(values.map(choice))),
    lookup: {
      find(text: string) {
        asked.push(text);
        return new Promise<readonly Choice[]>((resolve) => waiting.set(text, resolve));
      },
      named(values: readonly string[]) {
        named.push([...values]);
        return Promise.resolve(values.filter((value) => value !== 'gone').map(choice));
      },
    },
  };
}

it('asks when the typing stops, and at once for nothing', async () => {
  const { lookup, asked } = server();
  const { now } = hooked(() => useLookup(lookup, []), null);
  expect(asked).toEqual([]); // nobody has opened it
  act(() => now().search(''));
  await pass(0);
  act(() => now().search('k'));
  await pass(100);
  act(() => now().search('ke'));
  await pass(100);
  act(() => now().search('key '));
  await pass(250);
  expect(asked).toEqual(['', 'key']);
});

it('shows the answer to what was typed last, however late another comes', async () => {
  const { lookup, answer } = server();
  const { now } = hooked(() => useLookup(lookup, []), null);
  act(() => now().search('k'));
  await pass(250);
  act(() => now().search('keys'));
  await pass(250);
  await answer('keys', 'keys');
  await answer('k', 'kettle', 'keys');
  expect(now().offered).toEqual([choice('keys')]);
  expect(now().busy).toBe(false);
});

it('names what is chosen, once, and says what is there no longer', async () => {
  const { lookup, named } = server();
  const { now, again } = hooked((chosen: string[]) => useLookup(lookup, chosen), ['a', 'gone']);
  expect(now().nameOf('a')).toBeUndefined();
  await pass(0);
  expect([now().nameOf('a'), now().nameOf('gone')]).toEqual(['the a', null]);
  again(['a', 'b', 'gone']);
  await pass(0);
  expect(now().nameOf('b')).toBe('the b');
  expect(named).toEqual([['a', 'gone'], ['b']]);
});

it('keeps the name of what was found when the words change', async () => {
  const { lookup, answer, named } = server();
  const { now, again } = hooked((chosen: string[]) => useLookup(lookup, chosen), [] as string[]);
  act(() => now().search('keys'));
  await pass(250);
  await answer('keys', 'keys');
  again(['keys']);
  act(() => now().search('print'));
  await pass(250);
  await answer('print', 'printing');
  expect(now().nameOf('keys')).toBe('the keys');
  expect(named).toEqual([]);
});

it('asks nothing for a page that is left', async () => {
  const { lookup, asked } = server();
  const { now, unmount } = hooked(() => useLookup(lookup, []), null);
  act(() => now().search('keys'));
  unmount();
  await pass(1000);
  expect(asked).toEqual([]);
});

it('settles once nobody has typed for a moment', async () => {
  const { now, again } = hooked((text: string) => useSettled(text), '' as string);
  again('T');
  await pass(200);
  again('To');
  await pass(200);
  expect(now()).toBe('');
  await pass(100);
  expect(now()).toBe('To');
});
