import { expect, test } from 'vitest';
import { lackOf, moved, ownOrNone } from './order';

test('one is moved and the others keep their order', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
});

test('beyond the ends nothing moves', () => {
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  expect(moved([], 0, 1)).toEqual([]);
});

test('a case is shown with a picture and with consent', () => {
  expect(lackOf({ pictures: [] })).toBe('both');
  expect(lackOf({ pictures: [1] })).toBe('consent');
  expect(lackOf({ pictures: [], consentAt: '2026-03-02T09:00:00Z' })).toBe('picture');
  expect(lackOf({ pictures: [1], consentAt: '2026-03-02T09:00:00Z' })).toBeNull();
});

test('words are left out altogether, or are there in the operator’s own language', () => {
  const english = { language: 'en', text: 'A courier' };
  expect(ownOrNone([], 'zh-Hans')).toBe(true);
  expect(ownOrNone([{ language: 'zh-Hans', text: '骑手' }, english], 'zh-Hans')).toBe(true);
  expect(ownOrNone([english], 'zh-Hans')).toBe(false);
  expect(ownOrNone([{ language: 'zh-Hans', text: ' ' }, english], 'zh-Hans')).toBe(false);
  expect(ownOrNone([{ language: 'en', text: ' ' }], 'zh-Hans')).toBe(true);
});
