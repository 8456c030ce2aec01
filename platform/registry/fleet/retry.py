"""Trying again, from the console, what a release failed in: a worker runs the same release."""

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction

from kernel.jobs import defer
from kernel.refusals import Refusal
from kernel.tenancy import TenantState
from registry.audit import owner_action
from registry.fleet.migrate import AlreadyRunning, LocksRefused, fleet_migrate
from registry.fleet.plan import platform_pending
from registry.fleet.runs import lock_held_column
from registry.models import ReleaseFailure, ReleaseRun, Tenant
from registry.owners import Owner

RETRY: Final = "registry.release_retry"
_ONCE: Final = "release"
_JOBS: Final = 2
"""Schemas at a time, at most: a worker has other work to do as well."""

log = structlog.get_logger(__name__)


@dataclass(eq=False)
class NothingToRetry(Refusal):
    """The last release has failed in no tenant."""


@dataclass(eq=False)
class ReleaseUnderWay(Refusal):
    """A release is on its way through the fleet; its end says what is left."""


@dataclass(eq=False)
class ReleaseAwaited(Refusal):
    """The platform's own tables come first, and they are brought along by `fleet migrate` alone."""


@transaction.atomic
def failed_retry(*, owner: Owner, at: datetime) -> int:
    """Have a worker try again the tenants that a release failed in; how many there are.

    Nothing that would lock a large table is done unasked, and nothing but tenants' schemas is
    touched. Platform scope. Raises `NothingToRetry`, `ReleaseUnderWay` and `ReleaseAwaited`.
    """
    slugs = failed_slugs()
    if not slugs:
        raise NothingToRetry
    running = ReleaseRun.objects.filter(state=ReleaseRun.State.RUNNING)
    if any(running.annotate(held=lock_held_column()).values_list("held", flat=True)):
        raise ReleaseUnderWay
    if platform_pending():
        raise ReleaseAwaited
    defer(RETRY, once=_ONCE)
    owner_action(owner=owner, action="releaseRetry", data={"tenants": slugs}, at=at)
    return len(slugs)


def failed_slugs() -> list[str]:
    """The tenants with a schema that a release failed in, by their names. Platform scope."""
    failed = ReleaseFailure.objects.values("schema_name")
    there = Tenant.objects.exclude(state__in=(TenantState.PREPARING, TenantState.ERASED))
    return list(
        there.filter(schema_name__in=failed).order_by("slug").values_list("slug", flat=True)
    )


def failed_retried(*, at: datetime) -> None:
    """Try them again: a release like any other, of them alone. Platform scope."""
    slugs = failed_slugs()
    if not slugs:
        return
    if platform_pending():
        log.warning("a release is to be carried out by hand first", platform=platform_pending())
        return
    try:
        fleet_migrate(at=at, jobs=min(_JOBS, os.cpu_count() or 1), only=slugs)
    except (AlreadyRunning, LocksRefused) as refused:  # the record of runs says so
        log.warning("a release was not tried again", why=type(refused).__name__)
