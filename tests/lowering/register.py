"""The platform's register with a row of everything that its owner can look at."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from billing.models import Plan, ProviderEvent, Subscription
from kernel.tenancy import TenantRef, platform_scope
from registry.models import (
    Backup,
    Domain,
    Erasure,
    Flag,
    FlagOverride,
    Impersonation,
    OwnerAction,
    PlatformAnnouncement,
    ReleaseRun,
)
from tests.support.asking import ARGUMENTS, ROWS
from tests.support.database import SOME_DAY, fixed_id
from tests.support.ids import global_id


def register(tenants: Sequence[TenantRef], account_id: UUID) -> None:
    """Make the rows, about these tenants, by this owner; their keys are those of `ROWS`."""
    with platform_scope():
        _notices(tenants, account_id)
        _done(tenants, account_id)
        _plans(tenants)


def asked_of_register(tenant: TenantRef) -> dict[str, Any]:
    """`ARGUMENTS`, with the id of a tenant that there is."""
    theirs = global_id("Tenant", tenant.id)
    return {**ARGUMENTS, "tenant.id": theirs, "ownerActions.tenantId": theirs}


def _notices(tenants: Sequence[TenantRef], account_id: UUID) -> None:
    for number, key in enumerate(("live_map", "new_board")):
        flag = Flag.objects.create(
            id=fixed_id(ROWS["FeatureFlag"] + number), key=key, percent=50, changed_at=SOME_DAY
        )
        for place, tenant in enumerate(tenants[: 2 - number]):
            FlagOverride.objects.create(
                id=fixed_id(ROWS["FlagOverride"] + 10 * number + place),
                flag=flag,
                tenant_id=tenant.id,
                on=bool(place),
            )
    PlatformAnnouncement.objects.create(
        id=fixed_id(ROWS["Announcement"]),
        kind=PlatformAnnouncement.Kind.NEWS,
        title={"en": "News", "zh-Hans": "新闻"},
        body={"en": "There is some."},
        starts_at=SOME_DAY,
        account_id=account_id,
        created_at=SOME_DAY,
    )


def _done(tenants: Sequence[TenantRef], account_id: UUID) -> None:
    for place, tenant in enumerate(tenants):
        Erasure.objects.create(
            id=fixed_id(ROWS["Erasure"] + place),
            tenant_id=tenant.id,
            reason="They have left.",
            requested_by_id=account_id,
            requested_at=SOME_DAY,
            due_at=SOME_DAY + timedelta(days=30),
            cancelled_at=SOME_DAY if place else None,
        )
        Impersonation.objects.create(
            id=fixed_id(ROWS["Impersonation"] + place),
            account_id=account_id,
            tenant_id=tenant.id,
            reason="A ticket",
            started_at=SOME_DAY,
            expires_at=SOME_DAY + timedelta(hours=1),
        )
        OwnerAction.objects.create(
            account_id=None if place else account_id,
            action="tenantSuspend",
            tenant_id=tenant.id,
            data={"reason": "x"},
            at=SOME_DAY,
        )
        Domain.objects.create(
            domain=f"shop-{place}.example",
            tenant_id=tenant.id,
            is_primary=False,
            verified_at=SOME_DAY,
        )
        Backup.objects.create(
            tenant_id=tenant.id,
            kind=Backup.Kind.NIGHTLY,
            state=Backup.State.DONE if place else Backup.State.FAILED,
            started_at=SOME_DAY,
            finished_at=SOME_DAY + timedelta(minutes=1),
        )
    ReleaseRun.objects.create(
        id=fixed_id(ROWS["Release"]),
        release="0" * 64,
        state=ReleaseRun.State.DONE,
        started_at=SOME_DAY,
        told_at=SOME_DAY,
        finished_at=SOME_DAY,
        groups=[{"migrations": ["0001"], "tenant": 2, "restored": 0, "blank": 0}],
        total=2,
    )


def _plans(tenants: Sequence[TenantRef]) -> None:
    plan, _ = Plan.objects.get_or_create(
        key="growth",
        defaults={
            "name": {"en": "Growth"},
            "summary": {"en": "For a test"},
            "price": 100,
            "currency": "USD",
            "changed_at": SOME_DAY,
        },
    )
    Subscription.objects.create(
        tenant_id=tenants[0].id, plan=plan, currency="CNY", changed_at=SOME_DAY
    )
    for place, tenant_id in enumerate([tenants[0].id, None]):
        ProviderEvent.objects.create(
            id=fixed_id(ROWS["ProviderEvent"] + place),
            provider="stripe",
            event_id=f"evt_{place}",
            kind="invoice.paid",
            object_id="in_1",
            tenant_id=tenant_id,
            payload={"id": "in_1"},
            state=ProviderEvent.State.HANDLED,
            happened_at=SOME_DAY,
            received_at=SOME_DAY,
        )
