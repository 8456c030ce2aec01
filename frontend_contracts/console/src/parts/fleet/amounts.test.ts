import { describe, expect, it } from 'vitest';
import { leftOf, percentOf, spanOf } from './amounts';

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
