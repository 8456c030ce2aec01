"""What was done to the platform, and by whom: a line per act, in the act's own transaction."""

from datetime import datetime
from typing import Any

from registry.models import OwnerAction, Tenant
from registry.owners import Owner


def owner_action(
    *,
    owner: Owner | None,
    action: str,
    tenant: Tenant | None = None,
    data: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    """Write one line, in the caller's transaction. Platform scope.

    `owner` is None for what a command or billing does. `action` is named like the mutation
    (`tenantSuspend`); `data` is plain JSON: ids and figures, never personal data.
    """
    OwnerAction.objects.create(
        account_id=owner.account_id if owner else None,
        action=action,
        tenant=tenant,
        data=data or {},
        at=at,
    )
