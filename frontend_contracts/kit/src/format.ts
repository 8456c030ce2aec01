/** Instants, days and numbers, in the operator's zone and the reader's language. */

import { useMemo } from 'react';
import { useBrand } from './brand';
import { useLanguage } from './app-context';

const BCP: Record<string, string> = { 'zh-Hans': 'zh-CN', en: 'en-GB' };

export interface Format {
  /** 22 Nov 2026, 17:40 */
  instant(iso: string): string;
  /** 17:40 today, else with its day. */
  moment(iso: string): string;
  time(iso: string): string;
  day(iso: string): string;
  /** 5 minutes ago; in 2 days. */
  ago(iso: string, now?: number): string;
  number(value: number): string;
  percent(share: number): string;
  meters(value: number): string;
  zone: string;
}

function formatOf(language: string, timeZone: string): Format {
  const locale = BCP[language] ?? language;
  const make = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
  const instant = make({ year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
  const near = make({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
  const time = make({ hour: '2-digit', minute: '2-digit' });
  const day = make({ year: 'numeric', month: 'short', day: 'numeric' });
  const date = new Intl.DateTimeFormat('en-CA', { timeZone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const units = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return {
    instant: (iso) => instant.format(new Date(iso)),
    moment(iso) {
      const at = new Date(iso);
      const today = date.format(at) === date.format(new Date());
      if (today) return time.format(at);
      return at.getFullYear() === new Date().getFullYear() ? near.format(at) : instant.format(at);
    },
    time: (iso) => time.format(new Date(iso)),
    day: (iso) => day.format(new Date(iso.length === 10 ? `${iso}T12:00:00Z` : iso)),
    ago(iso, now = Date.now()) {
      const seconds = (Date.parse(iso) - now) / 1000;
      for (const [unit, size] of [['day', 86_400], ['hour', 3_600], ['minute', 60]] as const) {
        if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
      }
      return relative.format(0, 'second');
    },
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    meters: (value) =>
      value < 1000 ? `${number.format(Math.round(value))} m` : `${units.format(value / 1000)} km`,
    zone: timeZone,
  };
}

export function useFormat(): Format {
  const { timeZone } = useBrand();
  const language = useLanguage();
  return useMemo(() => formatOf(language, timeZone), [language, timeZone]);
}

/** Digits after the point of a currency: 2 for CNY, 0 for JPY. */
export function minorDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
      .maximumFractionDigits ?? 2
  );
}

/** A key for one intention: a retry sends the same, and the server answers the same. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
