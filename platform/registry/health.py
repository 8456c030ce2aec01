"""How tenants fare, by what the register itself knows: never a look into their schemas."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Count, OuterRef, Q, Subquery

from kernel.tenancy import TenantState
from registry.models import Backup, Erasure, Impersonation, ReleaseFailure, Restoration
from registry.selectors import tenants_known

BACKUP_AGE: Final = timedelta(hours=48)
"""Two nights: after that a served tenant is without a backup that anybody would want."""

MOVE_AGE: Final = timedelta(minutes=10)
"""A move takes seconds; whoever is still read-only after that waits for somebody."""

UNSERVED: Final = (TenantState.ARCHIVED, TenantState.ERASED)


class Finding(StrEnum):
    """Something about a tenant that somebody should look at."""

    BACKUP_STALE = "backup_stale"
    BACKUP_FAILED = "backup_failed"
    RELEASE_FAILED = "release_failed"
    MOVE_STUCK = "move_stuck"
    COPY_BESIDE = "copy_beside"
    ERASURE_DUE = "erasure_due"
    ERASURE_STUCK = "erasure_stuck"


@dataclass(frozen=True, slots=True)
class Health:
    """`release_failed_at` is the migration that its schema is behind since, "" where it is not."""

    last_backup_at: datetime | None
    release_failed_at: str
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class PlatformSummary:
    """How many there are of what an owner keeps an eye on."""

    by_state: Mapping[TenantState, int]
    by_server: Mapping[str, int]
    sandboxes: int
    moving: int
    release_failures: int
    impersonations_open: int
    erasures_open: int


def health_columns() -> dict[str, Subquery]:
    """What `health_of` wants, to annotate a queryset of tenants with: no query of their own."""
    backups = Backup.objects.filter(tenant=OuterRef("id")).order_by("-started_at")
    erasures = Erasure.objects.filter(tenant=OuterRef("id"), cancelled_at=None, erased_at=None)
    beside = Restoration.objects.filter(tenant=OuterRef("id"), state=Restoration.State.BESIDE)
    failures = ReleaseFailure.objects.filter(schema_name=OuterRef("schema_name"))
    return {
        "backup_done_at": Subquery(
            backups.filter(state=Backup.State.DONE).values("finished_at")[:1]
        ),
        "backup_state": Subquery(backups.exclude(state=Backup.State.RUNNING).values("state")[:1]),
        "release_failure": Subquery(failures.values("migration")[:1]),
        "beside_since": Subquery(beside.values("started_at")[:1]),
        "erasure_due_at": Subquery(erasures.values("due_at")[:1]),
        "erasure_confirmed_at": Subquery(erasures.values("confirmed_at")[:1]),
    }


def health_of(tenant: Any, *, at: datetime) -> Health:
    """Of a tenant annotated with `health_columns`."""
    served_long = tenant.state not in UNSERVED and tenant.created_at < at - BACKUP_AGE
    last_backup: datetime | None = tenant.backup_done_at
    due_at, confirmed_at = tenant.erasure_due_at, tenant.erasure_confirmed_at
    found = {
        Finding.BACKUP_STALE: served_long
        and (last_backup is None or last_backup < at - BACKUP_AGE),
        Finding.BACKUP_FAILED: tenant.backup_state == Backup.State.FAILED,
        Finding.RELEASE_FAILED: tenant.release_failure is not None,
        Finding.MOVE_STUCK: tenant.moving_since is not None and tenant.moving_since < at - MOVE_AGE,
        Finding.COPY_BESIDE: tenant.beside_since is not None,
        Finding.ERASURE_DUE: due_at is not None and due_at <= at and confirmed_at is None,
        Finding.ERASURE_STUCK: confirmed_at is not None and confirmed_at < at - MOVE_AGE,
    }
    return Health(
        last_backup_at=last_backup,
        release_failed_at=tenant.release_failure or "",
        findings=[finding for finding, holds in found.items() if holds],
    )


def findings_condition(findings: Collection[Finding], *, at: datetime) -> Q:
    """What holds of tenants with any of `findings`, of a queryset with `health_columns`.

    The same as `health_of`, as the database sees it.
    """
    long_served = ~Q(state__in=UNSERVED) & Q(created_at__lt=at - BACKUP_AGE)
    stuck = at - MOVE_AGE
    holds = {
        Finding.BACKUP_STALE: long_served
        & (Q(backup_done_at=None) | Q(backup_done_at__lt=at - BACKUP_AGE)),
        Finding.BACKUP_FAILED: Q(backup_state=Backup.State.FAILED),
        Finding.RELEASE_FAILED: Q(release_failure__isnull=False),
        Finding.MOVE_STUCK: Q(moving_since__lt=stuck),
        Finding.COPY_BESIDE: Q(beside_since__isnull=False),
        Finding.ERASURE_DUE: Q(erasure_due_at__lte=at, erasure_confirmed_at=None),
        Finding.ERASURE_STUCK: Q(erasure_confirmed_at__lt=stuck),
    }
    found = Q(pk__in=[])
    for finding in findings:
        found |= holds[finding]
    return found


def platform_summary(*, at: datetime) -> PlatformSummary:
    """What there is, in four queries however much that is."""
    by_state: Counter[TenantState] = Counter()
    by_server: Counter[str] = Counter()
    sandboxes = moving = 0
    groups = (
        tenants_known()
        .order_by()
        .values("state", "server")
        .annotate(
            number=Count("id"),
            sandboxes=Count("id", filter=Q(sandbox_of__isnull=False)),
            moving=Count("id", filter=Q(moving_since__isnull=False)),
        )
    )
    for group in groups:
        by_state[TenantState(group["state"])] += group["number"]
        if group["state"] != TenantState.ERASED:
            by_server[group["server"]] += group["number"]
        sandboxes += group["sandboxes"]
        moving += group["moving"]
    return PlatformSummary(
        by_state=by_state,
        by_server=by_server,
        sandboxes=sandboxes,
        moving=moving,
        release_failures=ReleaseFailure.objects.count(),
        impersonations_open=Impersonation.objects.filter(ended_at=None, expires_at__gt=at).count(),
        erasures_open=Erasure.objects.filter(cancelled_at=None, erased_at=None).count(),
    )
