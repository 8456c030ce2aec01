"""What is done each night for every tenant: the jobs that say so, whichever app they belong to."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from kernel.jobs import defer, registered
from kernel.tenancy import TenantState, tenant_scope
from kernel.tenancy.unavailable import Unavailable
from registry.models import Tenant

SPREAD_SECONDS: Final = 3600
"""The night's work of all tenants is spread over so long: other jobs wait in the same queue."""

log = structlog.get_logger(__name__)


def nightly_defer(*, at: datetime) -> None:
    """Queue every nightly job for every served tenant. Platform scope.

    What still waits of last night is not queued twice. Tenants of a server that cannot be reached
    are done the night after.
    """
    names = [job.name for job in registered.values() if job.nightly]
    served = [state for state in TenantState if state.served]
    for tenant in list(Tenant.objects.filter(state__in=served).order_by("id")):
        run_at = at + timedelta(seconds=tenant.id.int % SPREAD_SECONDS)
        try:
            with tenant_scope(tenant.ref()):
                for name in names:
                    defer(name, run_at=run_at, once=name)
        except Unavailable:
            log.warning("nightly work is not queued", tenant=tenant.slug, server=tenant.server)
