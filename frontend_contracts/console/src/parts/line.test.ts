import { expect, test } from 'vitest';
import { oneLine } from './line';

test('lines become one', () => {
  expect(oneLine(' Ticket 4711:\n\n  prices \t of zones ')).toBe('Ticket 4711: prices of zones');
});
