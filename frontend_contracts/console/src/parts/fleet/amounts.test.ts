import { describe, expect, it } from 'vitest';
import { bytesOf, leftOf, percentOf, spanOf } from './amounts';

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [99_449, '99.4 kB'],
    [99_500, '100 kB'],
    [999_600, '1.0 MB'],
    [1_540_000_000, '1.5 GB'],
    [5e15, '5000 TB'],
  ])('%i is %s', (count, words) => expect(bytesOf(count)).toBe(words));
});

describe('a run', () => {
  it('is estimated by its pace', () => {
    expect(leftOf({ total: 1000, done: 400, pace: 30 })).toBe(20);
    expect(leftOf({ total: 1000, done: 0, pace: null })).toBeNull();
    expect(leftOf({ total: 3, done: 3, pace: 1 })).toBeNull();
  });
  it('is at 100 per cent when it is done, and not before', () => {
    expect(percentOf(0, 3)).toBe(0);
    expect(percentOf(9_999, 10_000)).toBe(99);
    expect(percentOf(3, 3)).toBe(100);
    expect(percentOf(0, 0)).toBe(100);
  });
});

describe('a span', () => {
  it.each([
    [0.2, 'seconds', 1],
    [119, 'seconds', 119],
    [150, 'minutes', 3],
    [9000, 'hours', 3],
  ])('%d s', (seconds, key, count) => expect(spanOf(seconds)).toEqual({ key, count }));
});
