/** Why a domain is not proven, in one of a few kinds, and what to type at a DNS provider. */

export type Wrong = 'missing' | 'silent' | 'taken' | 'plan' | 'many' | 'other';

const KINDS: Record<string, Wrong> = {
  DOMAIN_NOT_PROVEN: 'missing',
  DNS_UNAVAILABLE: 'silent',
  DOMAIN_TAKEN: 'taken',
  FEATURE_NOT_IN_PLAN: 'plan',
  TOO_MANY_DOMAINS: 'many',
};

export function wrongOf(code: string): Wrong {
  return KINDS[code] ?? 'other';
}

/** Second-level labels below which registries sell names, so that `example.co.uk` is one domain. */
const SHARED = new Set(['ac', 'co', 'com', 'edu', 'gov', 'net', 'org']);

/**
 * The record's name as providers want it that add the domain by themselves: what stands before
 * the part that was bought. `_daiqu-challenge.shop` of `_daiqu-challenge.shop.example.co.uk`.
 */
export function shortName(record: string): string {
  const labels = record.split('.');
  const bought = labels.length > 3 && SHARED.has(labels.at(-2) ?? '') && (labels.at(-1) ?? '').length === 2 ? 3 : 2;
  return labels.slice(0, -bought).join('.') || record;
}

/** What somebody pasted, without what is no part of a host: `https://Shop.example.com/x`. */
export function hostOf(typed: string): string {
  return typed.trim().replace(/^[a-z]+:\/\//i, '').replace(/[/?#].*$/, '').replace(/\.$/, '');
}

/** Whether it looks like a host in the DNS: labels with dots, no address, in whichever script. */
export function isHost(host: string): boolean {
  const labels = host.split('.');
  const named = labels.every((label) => /^[\p{L}\p{N}\p{M}-]{1,63}$/u.test(label));
  return labels.length > 1 && named && !/^\d+$/.test(labels.at(-1) ?? '');
}
