"""What stands before every mutation of a tenant's: may anything change now, and who speaks.

A tenant that owes money, or is being moved, is read-only. What the platform's owner does in a
tenant's name is on record in the tenant's own log before it is done.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from strawberry.relay import GlobalID

from kernel import clock
from kernel.refusals import AccessDenied
from kernel.tenancy import current_tenant
from registry.resolver import resolver
from schema.core.context import Context
from tenants.access.actors import Actor
from tenants.journal.audit import audit_record

WHILE_READ_ONLY: Final = "while_read_only"
"""Where a mutation's metadata keeps whether it may run while the tenant is read-only."""


def check_writable(context: Context, *, while_read_only: bool) -> None:
    """Raises `AccessDenied` (`TENANT_MOVING`, `TENANT_READ_ONLY`) when nothing may change now.

    With `while_read_only` only a move stops it: then nobody at all may write the tenant's rows.
    """
    if context.on_platform:
        return
    tenant = current_tenant()
    if context.request is None:  # a socket knows the tenant as it was when it opened
        tenant = resolver.by_schema(tenant.schema) or tenant
    if tenant.moving:
        raise AccessDenied("TENANT_MOVING")
    if not tenant.writable and not while_read_only:
        raise AccessDenied("TENANT_READ_ONLY")


def impersonation_recorded(context: Context, *, action: str, input: Any) -> None:
    """Write down that `action` is about to be tried, and with which ids, if by impersonation."""
    actor = _actor(context)
    if actor is not None and actor.impersonation is not None:
        audit_record(
            action=action,
            actor_id=actor.person_id,
            impersonation_id=actor.impersonation.id,
            data=_ids(input) or {},
            at=clock.now(),
        )


def _actor(context: Context) -> Actor | None:
    try:
        return context.actor
    except AccessDenied:  # a mutation for anybody takes no notice of a token of no session
        return None


def _ids(value: Any) -> Any:
    """What a mutation's input holds of global ids, by field; None where there are none."""
    if isinstance(value, GlobalID):
        return f"{value.type_name}:{value.node_id}"[:100]
    if isinstance(value, list):
        return [found for each in value if (found := _ids(each))] or None
    if is_dataclass(value):
        held: Mapping[str, Any] = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: found for name, each in held.items() if (found := _ids(each))} or None
    return None
