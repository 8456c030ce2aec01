"""What tenant apps and live readers must hear when a tenant's rows have become others."""

from datetime import datetime
from typing import Final

from django.db import connections, transaction

from kernel.events import Fact, announce, hint_after_commit
from kernel.tenancy import TenantRef, tenant_scope
from registry.schemas import OWNER_ALIAS

RESTORED: Final = "tenant.restored"
"""Announced under the tenant's scope: its rows came from elsewhere, and no job is queued for them.

Who defers jobs about rows listens, and defers those that the rows as they are now ask for.
"""


def rows_announce(tenant: TenantRef, at: datetime) -> None:
    """Forget the jobs about the rows that were, have those of the present ones queued, and hint.

    Live readers find that their cursors are of another log, and have their clients connect anew.
    """
    with tenant_scope(tenant):
        with connections[OWNER_ALIAS].cursor() as cursor:
            cursor.execute(
                "DELETE FROM queue.procrastinate_jobs"
                " WHERE status = 'todo' AND args ->> '_scope' = %s",
                [tenant.schema],
            )
        with transaction.atomic():
            announce(Fact(kind=RESTORED, subject=tenant.id, at=at))
            hint_after_commit()
