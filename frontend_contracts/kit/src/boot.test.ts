import { beforeEach, expect, it, vi } from 'vitest';

const written = (id: string, text: string) => {
  document.head.innerHTML = `<script id="${id}" type="application/json"></script>`;
  const element = document.getElementById(id);
  if (element) element.textContent = text;
};

/** The module as a page that is loaded anew has it. */
const loaded = () => import('./boot');

beforeEach(() => {
  vi.resetModules();
  document.head.innerHTML = '';
});

it('wears the brand that the server wrote into the page', async () => {
  const brand = { name: '湖畔代取', primaryColor: '#123456', language: 'zh-Hans', moreLanguages: ['en'] };
  written('boot', JSON.stringify({ brand, mapStyleUrl: 'https://tiles.example/style.json' }));
  const { boot } = await loaded();
  expect(boot.brand).toMatchObject(brand);
  expect(boot.mapStyleUrl).toBe('https://tiles.example/style.json');
});

it('is of the platform where the server wrote nothing, or nothing that can be read', async () => {
  expect((await loaded()).boot.brand.name).toBe('Daiqu');
  for (const broken of ['', '{', '<b>']) {
    vi.resetModules();
    written('boot', broken);
    expect((await loaded()).boot.brand.name).toBe('Daiqu');
  }
});

it('reads a text in the language asked for, else in the operator’s, else in any', async () => {
  const { textIn } = await loaded();
  const texts = [
    { language: 'en', text: 'Keys' },
    { language: 'zh-Hans', text: '钥匙' },
    { language: 'fr', text: '' },
  ];
  expect(textIn(texts, 'zh-Hans', 'en')).toBe('钥匙');
  expect(textIn(texts, 'fr', 'en')).toBe('Keys');
  expect(textIn(texts, 'de', 'it')).toBe('Keys');
  expect(textIn([], 'de', 'it')).toBe('');
});
