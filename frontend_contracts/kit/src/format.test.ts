import { expect, it } from 'vitest';
import { bytesText, moneyText } from './format';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [999_960, '1 MB'],
  [1_540_000_000, '1.5 GB'],
  [10_000_000_000, '10 GB'],
  [5e15, '5000 TB'],
])('%i bytes are %s', (count, words) => expect(bytesText(count, String)).toBe(words));

it.each([
  [1200, 'CNY', 'en', 'CN¥12.00'],
  [1200, 'CNY', 'zh-Hans', '¥12.00'],
  [1200, 'GBP', 'zh-Hans', '£12.00'],
  [123_456, 'USD', 'en', '$1,234.56'],
  [1200, 'JPY', 'en', '¥1,200'],
])('%i of %s in %s are %s', (minor, currency, language, words) => {
  expect(moneyText(minor, currency, language)).toBe(words);
});
