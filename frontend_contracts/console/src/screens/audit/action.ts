/** What an action is called in the log, and which sentence of the texts tells it. */

/** Actions by what they are about, for the filter. */
export const KINDS = {
  taking: ['tenantOnboard', 'signUpConfirm', 'tenantClone', 'tenantImport', 'tenantAdministratorInvite'],
  standing: ['tenantActivate', 'tenantPastDue', 'tenantSuspend', 'tenantResume', 'tenantArchive', 'tenantReopen'],
  plans: ['planCreate', 'planEdit', 'tenantPlanChange'],
  billing: ['billingReplay'],
  domains: [
    'domainClaim', 'domainClaimRemove', 'domainMakePrimary', 'domainRedirect', 'domainRemove', 'domainVerify',
  ],
  visits: ['impersonationStart', 'impersonationEnd'],
  erasures: ['erasureRequest', 'erasureCancel', 'erasureConfirm'],
  templates: ['templateCreate', 'templateEdit', 'templateFromTenant'],
  announcements: ['announcementPublish', 'announcementEnd'],
  flags: ['flagSet', 'flagOverride'],
  fleet: [
    'tenantBackup', 'backupVerify', 'tenantRestore', 'tenantRestoreBack', 'tenantExport', 'tenantMove', 'releaseRetry',
    'masterKeysRewrap',
  ],
} as const satisfies Record<string, readonly string[]>;

export type Kind = keyof typeof KINDS;

/** The actions that `kinds` names, as in an address; null for all. */
export function actionsOf(kinds: string | undefined): string[] | null {
  if (!kinds) return null;
  return kinds.split(',').flatMap((kind) => (kind in KINDS ? [...KINDS[kind as Kind]] : []));
}

type Data = Readonly<Record<string, unknown>>;

/** The sentence's name: some say by their data which way they went. */
export function sentenceOf(action: string, data: Data): string {
  if (action === 'flagOverride') return action + (data['on'] === null ? 'Leave' : data['on'] ? 'On' : 'Off');
  if (action === 'domainRedirect') return action + (data['on'] ? 'On' : 'Off');
  return action;
}

/** From the first day's beginning to the last one's end, of `2026-03-01..2026-03-05`; both in UTC. */
export function spanOf(days: string | undefined): { since: string | null; until: string | null } {
  const [first = '', last = ''] = (days ?? '').split('..');
  const instant = (day: string, later: number) => {
    const at = Date.parse(`${day}T00:00:00Z`);
    return Number.isNaN(at) ? null : new Date(at + later).toISOString();
  };
  return { since: instant(first, 0), until: instant(last, 86_400_000) };
}
