"""Feature flags: on for a share of the tenants by a stable draw, or for one by hand.

A tenant is drawn by the digest of the flag's key and its own id: the same tenants stay in as the
percentage grows, and two flags draw differently. `current_tenant().flags` has the outcome, kept
in process with the tenant and dropped everywhere when a flag changes.
"""

import re
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from kernel.refusals import InvalidInput, NotFound
from registry.audit import owner_action
from registry.life_cycle import tenant_locked
from registry.models import Flag, FlagOverride
from registry.owners import Owner
from registry.resolver import resolver

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


@transaction.atomic
def flag_set(*, owner: Owner, key: str, percent: int, description: str, at: datetime) -> Flag:
    """Make the flag `key`, or change its share of tenants, 0 to 100. Platform scope.

    Raises `InvalidInput`.
    """
    if not _KEY.fullmatch(key):
        raise InvalidInput(field="key", reason="a-z, 0-9 and _, a letter first, at most 60")
    if not 0 <= percent <= 100:
        raise InvalidInput(field="percent", reason="from 0 to 100")
    description = description.strip()
    if len(description) > 500:
        raise InvalidInput(field="description", reason="at most 500 characters")
    flag, _ = Flag.objects.update_or_create(
        key=key, defaults={"percent": percent, "description": description, "changed_at": at}
    )
    owner_action(owner=owner, action="flagSet", data={"key": key, "percent": percent}, at=at)
    transaction.on_commit(resolver.clear)
    return flag


@transaction.atomic
def flag_override(
    *, owner: Owner, tenant_id: UUID, key: str, on: bool | None, at: datetime
) -> Flag:
    """Switch a flag on or off for one tenant, whatever its share; None leaves it to the draw.

    Platform scope. Raises `NotFound`.
    """
    flag = Flag.objects.select_for_update().filter(key=key).first()
    if flag is None:
        raise NotFound(what="Flag")
    tenant = tenant_locked(tenant_id)
    if on is None:
        FlagOverride.objects.filter(flag=flag, tenant=tenant).delete()
    else:
        FlagOverride.objects.update_or_create(flag=flag, tenant=tenant, defaults={"on": on})
    data = {"key": key, "on": on}
    owner_action(owner=owner, action="flagOverride", tenant=tenant, data=data, at=at)
    transaction.on_commit(resolver.clear)
    return flag


def flags_known() -> QuerySet[Flag]:
    """Every flag by its key. Platform scope."""
    return Flag.objects.order_by("key")


def flag_row(flag_id: UUID) -> QuerySet[Flag]:
    """The one flag, as a queryset. Platform scope."""
    return Flag.objects.filter(id=flag_id)
