/** Every address of every operator, and what is claimed and not proven yet. */

import {
  OwnerTenantDomainClaimsDocument,
  OwnerTenantDomainsDocument,
  type OwnerTenantDomainClaimsQuery,
  type OwnerTenantDomainsQuery,
} from '@daiqu/client';
import {
  AddressDrawer,
  Empty,
  List,
  Loading,
  Opener,
  Page,
  StateTag,
  useAddress,
  useFormat,
  useTexts,
  type Column,
} from '@daiqu/kit';
import { useCallback, useState } from 'react';
import { TenantLink } from '../../parts/tenant-link';
import '../../parts/parts.css';
import { ClaimFile, ClaimFoot, DomainFile, DomainFoot, DomainState } from './file';
import { texts } from './texts';

export type Domain = OwnerTenantDomainsQuery['tenantDomains']['edges'][number]['node'] & { id: string };
export type Claim = OwnerTenantDomainClaimsQuery['tenantDomainClaims']['edges'][number]['node'] & { id: string };

const domainsOf = ({ tenantDomains }: OwnerTenantDomainsQuery) => ({
  ...tenantDomains,
  edges: tenantDomains.edges.map(({ node }) => ({ node: { ...node, id: node.host } })),
});
const claimsOf = ({ tenantDomainClaims }: OwnerTenantDomainClaimsQuery) => ({
  ...tenantDomainClaims,
  edges: tenantDomainClaims.edges.map(({ node }) => ({ node: { ...node, id: `${node.host} ${node.tenant.slug}` } })),
});

export default function DomainsView() {
  const t = useTexts(texts);
  const format = useFormat();
  const [values] = useAddress();
  const [version, setVersion] = useState(0);
  const [domains, setDomains] = useState<OwnerTenantDomainsQuery>();
  const [claims, setClaims] = useState<OwnerTenantDomainClaimsQuery>();
  const onDomains = useCallback((next: OwnerTenantDomainsQuery) => setDomains(next), []);
  const onClaims = useCallback((next: OwnerTenantDomainClaimsQuery) => setClaims(next), []);
  const changed = () => setVersion((n) => n + 1);
  const claimed = values['kind'] === 'claims';
  const open = values['open'];
  const domain = domains && domainsOf(domains).edges.find(({ node }) => node.id === open)?.node;
  const claim = claims && claimsOf(claims).edges.find(({ node }) => node.id === open)?.node;
  const loaded = Boolean(claimed ? claims : domains);

  const host = {
    key: 'host',
    title: t('host'),
    render: (row: Domain | Claim) => <Opener id={row.id}>{row.shown}</Opener>,
  };
  const operator = {
    key: 'operator',
    title: t('operator'),
    render: (row: Domain | Claim) => <TenantLink tenant={row.tenant} />,
  };
  const domainColumns: Column<Domain>[] = [
    host,
    operator,
    { key: 'state', title: t('state'), render: (row) => <DomainState domain={row} /> },
    {
      key: 'since',
      title: t('since'),
      align: 'right',
      from: 'lg',
      render: (row) => <span className="k-nowrap">{row.verifiedAt ? format.day(row.verifiedAt) : '—'}</span>,
    },
  ];
  const claimColumns: Column<Claim>[] = [
    host,
    operator,
    { key: 'state', title: t('state'), render: () => <StateTag mood="wait">{t('claimed')}</StateTag> },
    {
      key: 'checked',
      title: t('checked'),
      align: 'right',
      from: 'md',
      render: (row) => (row.checkedAt ? format.ago(row.checkedAt) : <span className="k-quiet">{t('never')}</span>),
    },
    { key: 'lapses', title: t('lapses'), align: 'right', from: 'lg', render: (row) => format.ago(row.expiresAt) },
  ];
  const common = {
    name: 'domains',
    opens: true,
    version,
    views: [
      { title: t('views.all'), search: '' },
      { title: t('views.own'), search: 'kind=own' },
      { title: t('views.platform'), search: 'kind=platform' },
      { title: t('views.claims'), search: 'kind=claims' },
    ],
    filters: [{ kind: 'search' as const, key: 'search', label: t('search') }],
  };

  let file = loaded ? <Empty title={t('gone')} /> : <Loading />;
  let foot = null;
  if (claimed && claim) {
    file = <ClaimFile claim={claim} />;
    foot = <ClaimFoot claim={claim} onChanged={changed} />;
  } else if (!claimed && domain) {
    file = <DomainFile domain={domain} />;
    // The platform's own address, where it is the main one, stays as it is.
    foot = domain.primary && domain.byPlatform ? null : <DomainFoot domain={domain} onChanged={changed} />;
  }
  return (
    <Page title={t('title')} hint={t('hint')}>
      {claimed ? (
        <List
          key="claims"
          {...common}
          document={OwnerTenantDomainClaimsDocument}
          variables={(what) => ({ search: what['search'] ?? null })}
          connection={claimsOf}
          columns={claimColumns}
          onData={onClaims}
          empty={{ title: t('emptyClaims'), hint: t('emptyClaimsHint') }}
        />
      ) : (
        <List
          key="domains"
          {...common}
          document={OwnerTenantDomainsDocument}
          variables={(what) => ({
            search: what['search'] ?? null,
            own: what['kind'] === 'own' ? true : what['kind'] === 'platform' ? false : null,
          })}
          connection={domainsOf}
          columns={domainColumns}
          onData={onDomains}
          empty={{ title: t('empty'), hint: t('emptyHint') }}
        />
      )}
      <AddressDrawer title={(claimed ? claim?.shown : domain?.shown) ?? t('title')} foot={foot}>
        {file}
      </AddressDrawer>
    </Page>
  );
}
