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
  /** 4.5, of five stars. */
  rating(value: number): string;
  percent(share: number): string;
  meters(value: number): string;
  /** 1.5 MB, 10 GB. */
  bytes(count: number): string;
  /** Minor units, of the operator's currency unless told otherwise. */
  money(minor: number, currency?: string): string;
  zone: string;
}

function formatOf(language: string, timeZone: string, own: string): Format {
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
  const rating = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
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
    rating: (value) => rating.format(value),
    percent: (share) => percent.format(share),
    meters: (value) =>
      value < 1000 ? `${number.format(Math.round(value))} m` : `${units.format(value / 1000)} km`,
    bytes: (count) => bytesText(count, number.format),
    money: (minor, currency = own) => moneyText(minor, currency, language),
    zone: timeZone,
  };
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes with one digit after the point; what would be a thousand of a unit is one of the next. */
export function bytesText(count: number, number: (value: number) => string): string {
  let value = count;
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${number(Math.round(value * 10) / 10)} ${UNITS[unit] ?? ''}`;
}

/** Minor units as the server writes them: CN¥12.00 for English readers, ¥12.00 for Chinese ones. */
export function moneyText(minor: number, currency: string, language: string): string {
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(minor / 10 ** minorDigits(currency));
}

export function useFormat(): Format {
  const { timeZone, currency } = useBrand();
  const language = useLanguage();
  return useMemo(() => formatOf(language, timeZone, currency), [language, timeZone, currency]);
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
