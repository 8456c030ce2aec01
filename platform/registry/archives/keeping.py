"""How backups are kept, and how the fleet stands with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, DateTimeField, Max, Min, Q, QuerySet, Subquery
from django.db.models.expressions import OuterRef

from kernel.tenancy import TenantState
from registry.archives.backups import NIGHT
from registry.archives.signing import own_fingerprint
from registry.fleet.doctor import BACKED_UP
from registry.models import Backup, Tenant

UNDER_WAY = 50
"""Backups under way that are named."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """When backups are made, for how long they stay, where, and under whose signature."""

    hour: int
    hours: int
    nights: int
    on_demand_days: int
    root: str
    signer: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Of the tenants that are served: how many have a backup of the last night, and how many not.

    `oldest` is when the one that is worst off was last backed up; None while one never was.
    """

    served: int
    fresh: int
    never: int
    oldest: datetime | None
    under_way: int
    waiting: int
    failed: int


def keeping() -> Keeping:
    """By the settings of this process."""
    return Keeping(
        hour=settings.BACKUP_HOUR,
        hours=round(NIGHT.total_seconds() / 3600),
        nights=settings.BACKUP_NIGHTS,
        on_demand_days=settings.BACKUP_ON_DEMAND_DAYS,
        root=str(settings.BACKUP_ROOT),
        signer=own_fingerprint(),
    )


def backups_standing(*, at: datetime) -> Standing:
    """Two queries, however many tenants there are. Platform scope."""
    done = Backup.objects.filter(tenant=OuterRef("id"), state=Backup.State.DONE)
    newest = done.order_by().values("tenant").annotate(newest=Max("finished_at")).values("newest")
    served = Tenant.objects.filter(state__in=[state for state in TenantState if state.served])
    tenants = served.annotate(newest=Subquery(newest, output_field=DateTimeField())).aggregate(
        served=Count("id"),
        fresh=Count("id", filter=Q(newest__gt=at - BACKED_UP)),
        never=Count("id", filter=Q(newest=None)),
        oldest=Min("newest"),
    )
    begun = Q(state=Backup.State.RUNNING, share__isnull=False)
    backups = Backup.objects.aggregate(
        under_way=Count("id", filter=begun),
        waiting=Count("id", filter=Q(state=Backup.State.RUNNING, share=None)),
        failed=Count(
            "id", filter=Q(state=Backup.State.FAILED, finished_at__gt=at - timedelta(days=1))
        ),
    )
    if tenants["never"]:
        tenants["oldest"] = None
    return Standing(**tenants, **backups)


def backups_under_way() -> QuerySet[Backup]:
    """What is being made, then what waits for a worker. Platform scope."""
    rows = Backup.objects.filter(state=Backup.State.RUNNING).select_related("tenant")
    return rows.order_by("share", "started_at", "id")[:UNDER_WAY]
