import { expect, test } from 'vitest';
import { hostOf, isHost, shortName, wrongOf } from './wrong';

test('a pasted address becomes its host', () => {
  expect(hostOf(' https://Shop.example.com/menu?x=1 ')).toBe('Shop.example.com');
  expect(hostOf('example.com.')).toBe('example.com');
  expect(hostOf('代取.example')).toBe('代取.example');
});

test('the short name leaves out what was bought', () => {
  expect(shortName('_daiqu-challenge.example.com')).toBe('_daiqu-challenge');
  expect(shortName('_daiqu-challenge.shop.example.com')).toBe('_daiqu-challenge.shop');
  expect(shortName('_daiqu-challenge.shop.example.com.cn')).toBe('_daiqu-challenge.shop');
});

test('every refusal has a kind', () => {
  expect(wrongOf('DOMAIN_NOT_PROVEN')).toBe('missing');
  expect(wrongOf('SOMETHING_NEW')).toBe('other');
});

test('what is no host is told before it is sent', () => {
  expect(['example.com', 'a.b.example.co.uk', '代取.example', 'xn--4rrz4r.example'].map(isHost)).not.toContain(false);
  const none = ['localhost', '192.0.2.1', 'two words.com', '*.example.com', 'example..com', ''];
  expect(none.map(isHost)).not.toContain(true);
});
