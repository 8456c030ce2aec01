"""A whole business under fixed ids, its every text and figure marked with its tenant's own mark.

    world(alpha), world(beta)

A new Node type needs a row here and its number in `ROWS` of tests/support/asking.py: the leak test
asks for it by name. What the operator offers is made in world_offer.py, the rest in world_work.py.
"""

from dataclasses import dataclass

from django.db import transaction

from billing.models import OperatorInvoice
from kernel import clock
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import DomainClaim
from tests.support.cast import Cast, Member
from tests.support.database import SOME_DAY
from tests.support.marks import MARKS, Mark
from tests.support.world_work import WorkMaker


@dataclass(frozen=True)
class World:
    """Who is in it: a customer, a courier, an administrator."""

    maya: Member
    tomas: Member
    ines: Member


def world(tenant: TenantRef, *, first: int = 0) -> World:
    """Make it. Its ids are counted from `first`: two tenants can have the same, or others."""
    with tenant_scope(tenant), transaction.atomic():
        maker = WorkMaker(MARKS[tenant.slug], Cast(tenant), first)
        maker.everything()
    with platform_scope():
        _invoice(tenant, MARKS[tenant.slug], first)
        DomainClaim.objects.create(
            tenant_id=tenant.id,
            host=f"{tenant.slug}-{first}.example",
            token=f"{tenant.slug}-token",
            created_at=clock.now(),
        )
    return World(maker.maya, maker.tomas, maker.ines)


def _invoice(tenant: TenantRef, mark: Mark, first: int) -> None:
    """What the platform has billed the operator for."""
    OperatorInvoice.objects.create(
        tenant_id=tenant.id,
        provider_id=f"in_{mark.slug}_{first}",
        number=f"{mark.slug}-bill",
        state="paid",
        total=mark.figures[60],
        tax=mark.figures[61],
        currency=mark.currency,
        issued_at=SOME_DAY,
    )
