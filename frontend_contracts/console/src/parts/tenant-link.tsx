/** An operator's name, which leads to its page. */

import { Link } from 'react-router';

export function TenantLink({ tenant }: { tenant: { id: string; name: string } }) {
  return <Link to={`/tenants?open=${encodeURIComponent(tenant.id)}`}>{tenant.name}</Link>;
}
