import { expect, it } from 'vitest';
import { fieldOf } from './form';
import { minorDigits, newKey } from './format';
import { searchOf } from './address';
import { visible, type Screen } from './screens';

it('finds the field that a refusal is about', () => {
  const names = ['name', 'timeZone', 'hours'];
  expect(fieldOf('time_zone', names)).toBe('timeZone');
  expect(fieldOf('timeZone', names)).toBe('timeZone');
  expect(fieldOf('name.en', names)).toBe('name');
  expect(fieldOf('hours[3].starts', names)).toBe('hours');
  expect(fieldOf('somethingElse', names)).toBeUndefined();
  expect(fieldOf('', names)).toBeUndefined();
});

it('knows the digits of a currency', () => {
  expect([minorDigits('CNY'), minorDigits('JPY'), minorDigits('KWD')]).toEqual([2, 0, 3]);
});

it('makes another key for each intention', () => {
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(newKey()).not.toBe(newKey());
});

it('keeps filters and sorting in a view, and not where somebody is in it', () => {
  expect(searchOf({ states: 'PLACED,OFFERED', sort: '-total', after: 'x', page: '3', open: 'y' })).toBe(
    'sort=-total&states=PLACED%2COFFERED',
  );
});

it('shows the screens that a person has a right to, in the order of the navigation', () => {
  const screen = (path: string, group: Screen['group'], order: number, rights: string[]): Screen => ({
    path, group, order, rights, title: { en: path, 'zh-Hans': path }, icon: null, load: () => Promise.reject(new Error()),
  });
  const all = [
    screen('staff', 'people', 30, ['STAFF_MANAGE']),
    screen('orders', 'work', 20, ['ORDERS_READ']),
    screen('today', 'work', 10, []),
  ];
  expect(visible(all, []).map(({ path }) => path)).toEqual(['today']);
  expect(visible(all, ['STAFF_MANAGE', 'ORDERS_READ']).map(({ path }) => path)).toEqual(['today', 'orders', 'staff']);
});
