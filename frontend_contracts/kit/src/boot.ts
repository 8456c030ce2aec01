/** What the server wrote into the page, so that the first paint already wears the brand. */

export interface BootText {
  language: string;
  text: string;
}

export interface Brand {
  name: string;
  names: BootText[];
  slogans: BootText[];
  primaryColor: string;
  accentColor: string;
  language: string;
  moreLanguages: string[];
  currency: string;
  timeZone: string;
  logoUrl: string | null;
}

export interface Boot {
  brand: Brand;
  /** A MapLibre style with tiles, where whoever runs the platform has one. */
  mapStyleUrl?: string | null;
}

const PLATFORM: Brand = {
  name: 'Daiqu',
  names: [
    { language: 'en', text: 'Daiqu' },
    { language: 'zh-Hans', text: '代取' },
  ],
  slogans: [],
  primaryColor: '#2f5bd8',
  accentColor: '#0f9d8a',
  language: 'en',
  moreLanguages: ['zh-Hans'],
  currency: 'CNY',
  timeZone: 'UTC',
  logoUrl: null,
};

function read(): Boot {
  const element = document.getElementById('boot');
  try {
    return JSON.parse(element?.textContent ?? '') as Boot;
  } catch {
    return { brand: PLATFORM }; // served by Vite itself, or in a test
  }
}

export const boot: Boot = read();

/** The nonce without which the policy of the page refuses a style element. */
export const styleNonce: string | undefined =
  document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce || undefined;

/** The text in `language`, else in the operator's own, else whichever there is. */
export function textIn(texts: readonly BootText[], language: string, fallback: string): string {
  const of = (tag: string) => texts.find((each) => each.language === tag)?.text;
  return of(language) || of(fallback) || texts[0]?.text || '';
}
