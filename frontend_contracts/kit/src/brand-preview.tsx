/** What a customer's phone shows of the brand, light and dark beside each other. */

import { useLanguage } from './app-context';
import { textIn, type Brand } from './boot';
import { MarkOf } from './brand-mark';
import { darkened } from './colors';
import { minorDigits, moneyText } from './format';
import { useTexts } from './i18n';
import { kitTexts } from './texts';
import './brand-preview.css';

export function BrandPreview({ brand }: { brand: Brand }) {
  return (
    <div className="b-phones">
      <Phone brand={brand} ground="light" />
      <Phone brand={brand} ground="dark" />
    </div>
  );
}

function Phone({ brand, ground }: { brand: Brand; ground: 'light' | 'dark' }) {
  const t = useTexts(kitTexts);
  const language = useLanguage();
  const slogan = textIn(brand.slogans, language, brand.language);
  const price = moneyText(5 * 10 ** minorDigits(brand.currency), brand.currency, language);
  return (
    <div className={`b-phone-frame b-phone-${ground}`}>
      <div className="b-phone-head" style={{ background: darkened(brand.primaryColor, '#ffffff') }}>
        <MarkOf brand={brand} size={26} />
        <span>{textIn(brand.names, language, brand.language) || brand.name}</span>
      </div>
      <div className="b-phone-body">
        {slogan && <p className="b-phone-slogan">{slogan}</p>}
        <div className="b-phone-card">
          <span className="k-strong">{t('sample.service')}</span>
          <span className="b-phone-price">{t('sample.price', { price })}</span>
          <span className="b-phone-button" style={{ background: darkened(brand.primaryColor, '#ffffff') }}>
            {t('sample.order')}
          </span>
          <span className="b-phone-button" style={{ background: darkened(brand.accentColor, '#ffffff') }}>
            {t('sample.follow')}
          </span>
        </div>
      </div>
    </div>
  );
}
