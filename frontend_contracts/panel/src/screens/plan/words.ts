/** Figures of a meter as people read them. */

import type { Meter } from '@daiqu/client';
import { minorDigits, useBrand, useFormat, useLanguage } from '@daiqu/kit';
import { useMemo } from 'react';
import { bytesText } from './standing';

export function useFigures(): (meter: Meter, value: number) => string {
  const format = useFormat();
  const { currency } = useBrand();
  const language = useLanguage();
  return useMemo(() => {
    const scale = 10 ** minorDigits(currency);
    const locale = language === 'en' ? 'en-GB' : 'zh-CN';
    const money = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    return (meter, value) => {
      if (meter === 'STORAGE') return bytesText(value, format.number);
      return meter === 'TURNOVER' ? money.format(value / scale) : format.number(value);
    };
  }, [format, currency, language]);
}
