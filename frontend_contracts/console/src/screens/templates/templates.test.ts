import { expect, test } from 'vitest';
import { differences, lineOf } from './differences';
import { faultIn, placeOf } from './place';

const BEFORE = { title: { en: 'Campus' }, rules: [{ step: 'BASE', amount: 500 }, { step: 'URGENT' }] };

test('versions differ leaf by leaf', () => {
  const after = { title: { en: 'Campus', 'zh-Hans': '校园' }, rules: [{ step: 'BASE', amount: 600 }] };
  expect(differences(BEFORE, after)).toEqual([
    { path: 'title.zh-Hans', kind: 'added', after: '校园' },
    { path: 'rules.0.amount', kind: 'changed', before: 500, after: 600 },
    { path: 'rules.1', kind: 'removed', before: { step: 'URGENT' } },
  ]);
  expect(differences(BEFORE, structuredClone(BEFORE))).toEqual([]);
});

test('what is of another kind is changed as a whole', () => {
  expect(differences({ a: [1] }, { a: { 0: 1 } })).toEqual([
    { path: 'a', kind: 'changed', before: [1], after: { 0: 1 } },
  ]);
  expect(differences({ a: null }, { a: 1 })).toEqual([{ path: 'a', kind: 'changed', before: null, after: 1 }]);
});

test('long values are cut', () => {
  expect(lineOf('x'.repeat(200))).toHaveLength(161);
  expect(lineOf({ a: 1 })).toBe('{"a":1}');
});

const TEXT = JSON.stringify(BEFORE, null, 2);
const at = (path: string) => {
  const place = placeOf(TEXT, path);
  return place && [TEXT.slice(place.start, place.end), place.line];
};

test('a path leads to its place in the text', () => {
  expect(at('rules.0.amount')).toEqual(['500', 8]);
  expect(at('title.en')).toEqual(['"Campus"', 3]);
  expect(at('rules.1')?.[1]).toBe(10);
});

test('a path that is not there leads to what is above it', () => {
  expect(at('rules.1.label')).toEqual([expect.stringContaining('URGENT'), 10]);
  expect(at('data')).toEqual([TEXT, 1]);
});

test('brackets and quotes within texts are no structure', () => {
  const odd = '{"a": "}]\\"{", "b": {"a": 7}}';
  const place = placeOf(odd, 'b.a');
  expect(place && odd.slice(place.start, place.end)).toBe('7');
});

test('where a text is no JSON', () => {
  expect(faultIn('{"a": 1}')).toBeNull();
  expect(faultIn('{\n  "a": 1,\n  b\n}')?.line).toBe(3);
  expect(placeOf('{"a', 'a')).toBeNull();
});
