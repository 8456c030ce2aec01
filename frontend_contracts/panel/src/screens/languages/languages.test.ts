import { expect, test } from 'vitest';
import { counted, grouped, pageOf, type Gap } from './gaps';

const gap = (kind: Gap['kind'], languages: string[]): Gap => ({
  __typename: 'Untranslated',
  kind,
  subjectId: 'a=',
  serviceId: null,
  serviceName: null,
  name: kind,
  languages,
});

const GAPS = [gap('CATEGORY', ['ja']), gap('SERVICE', ['ja', 'ko']), gap('CATEGORY', ['ko'])];

test('groups keep the order in which they were told', () => {
  expect(grouped(GAPS, null).map(({ kind, gaps }) => [kind, gaps.length])).toEqual([['CATEGORY', 2], ['SERVICE', 1]]);
  expect(grouped(GAPS, 'ja').map(({ kind, gaps }) => [kind, gaps.length])).toEqual([['CATEGORY', 1], ['SERVICE', 1]]);
  expect(grouped([], null)).toEqual([]);
});

test('languages that lack nothing are not counted', () => {
  expect(counted(GAPS, ['en', 'ko', 'ja'])).toEqual([['ko', 2], ['ja', 2]]);
});

test('an id is escaped in the address of its page', () => {
  expect(pageOf(gap('SERVICE', ['ja']))).toBe('/catalogue/service?id=a%3D');
});
