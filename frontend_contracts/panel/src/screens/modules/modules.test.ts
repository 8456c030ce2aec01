import { expect, test } from 'vitest';
import { switched } from './switched';

test('one part is switched and the others stay', () => {
  expect(switched([], 'REVIEWS', false)).toEqual(['REVIEWS']);
  expect(switched(['SHIFTS', 'REVIEWS'], 'SHIFTS', true)).toEqual(['REVIEWS']);
});

test('what is off already is not off twice', () => {
  expect(switched(['REVIEWS'], 'REVIEWS', false)).toEqual(['REVIEWS']);
  expect(switched([], 'REVIEWS', true)).toEqual([]);
});
