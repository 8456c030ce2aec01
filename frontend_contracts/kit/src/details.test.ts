import { expect, test } from 'vitest';
import { detailName, detailsOf, detailValue, plainValue, wordOf } from './details';

const WORDS = {
  courier: { en: 'Courier', 'zh-Hans': '骑手' },
  stops: { en: 'Stops', 'zh-Hans': '站点' },
  after: { en: 'Standing', 'zh-Hans': '状态' },
};
const YES = { yes: 'Yes', no: 'No' };
const told = (data: unknown) =>
  detailsOf(data).map((each) => [
    detailName(each, WORDS, 'en'),
    detailValue(each, (value) => plainValue(value, YES)),
  ]);

test('every value is a line, however deep it lies', () => {
  const id = '01a20671-588a-77e0-93cc-bc17a1838965';
  expect(told({ courier_id: `Courier:${id}`, stops: [{ place: 1 }, { place: null }], spans: [1, 2], none: [] })).toEqual([
    ['Courier', id],
    ['Stops · 1 · place', '1'],
    ['Stops · 2 · place', '—'],
    ['spans', '1, 2'],
    ['none', '—'],
  ]);
  expect(detailsOf(null)).toEqual([]);
});

test('before and after are one line', () => {
  expect(told({ before: 'trial', after: 'active', on: true })).toEqual([
    ['Standing', 'trial → active'],
    ['on', 'Yes'],
  ]);
  expect(told({ before: 'trial' })).toEqual([['before', 'trial']]);
});

test('names are looked up by what they name', () => {
  expect(['staff_member_id', 'zoneIds', 'apiKey', 'id'].map(wordOf)).toEqual(['staffMember', 'zone', 'apiKey', 'id']);
});
