"""Background work of the platform itself, under its own scope."""

from collections import Counter
from uuid import UUID

import structlog
from django.conf import settings

from kernel import clock
from kernel.jobs import job
from kernel.telemetry import fleet_findings
from registry.archives import jobs as archives_jobs  # noqa: F401  (the worker knows them by this)
from registry.erasing import erasure_carry_out
from registry.erasure import erasure_defer, erasures_stuck
from registry.fleet import looks
from registry.fleet.doctor import Kind
from registry.fleet.looks import look_take
from registry.fleet.pool import REFILL, pool_fill
from registry.fleet.retry import RETRY, failed_retried
from registry.life_cycle import tenant_tell
from registry.models import FleetLook
from registry.nightly import nightly_defer
from registry.owners import owners_forget
from registry.sign_ups import sign_ups_forget

log = structlog.get_logger(__name__)


@job("registry.tenant_tell", attempts=10)
def tenant_told(change_id: int) -> None:
    """A tenant's own log learns that its standing has changed, and why."""
    tenant_tell(change_id)


@job(REFILL, every="*/5 * * * *")
def pool_refill() -> None:
    """As many blank schemas as there should be, after a claim and every five minutes."""
    for _ in pool_fill(size=settings.SCHEMA_POOL_SIZE, at=clock.now()):
        pass


@job("registry.examine", every="47 3 * * *")
def examine() -> None:
    """Every night the fleet is looked over, its rights and roles before all; nothing is mended.

    What is found is logged, counted by kind in `daiqu_findings`, to be woken by, and kept.
    """
    found = Counter[str]()
    at = clock.now()
    for finding in look_take(FleetLook(asked_at=at), at=at):
        found[finding.kind] += 1
        log.warning("something is wrong", kind=finding.kind, where=finding.where, how=finding.how)
    for kind in Kind:
        fleet_findings.labels(kind).set(found[kind])


@job("registry.nightly", every="11 2 * * *")
def nightly() -> None:
    """Every tenant's nightly jobs are queued."""
    nightly_defer(at=clock.now())


@job(looks.JOB)
def look(look: str) -> None:
    """An owner has asked how the fleet is."""
    asked = FleetLook.objects.filter(id=UUID(look), looked_at=None).first()
    if asked is not None:
        look_take(asked, at=clock.now())


@job(RETRY, attempts=2)
def release_retry() -> None:
    """What a release failed in is tried again."""
    failed_retried(at=clock.now())


@job("registry.erase")
def erase(erasure: str) -> None:
    """A tenant whose erasing is confirmed goes, with all that is its."""
    erasure_carry_out(UUID(erasure), at=clock.now())


@job("registry.erase_stuck", every="*/15 * * * *")
def erase_stuck() -> None:
    """What was confirmed and given up, its server away for long, is tried again."""
    for erasure in erasures_stuck():
        erasure_defer(erasure)


@job("registry.sign_ups_forget", every="17 3 * * *")
def sign_ups_forgotten() -> None:
    """People's contacts are kept no longer than they are of use."""
    sign_ups_forget(at=clock.now())


@job("registry.owners_forget", every="19 3 * * *")
def owners_forgotten() -> None:
    """Of owners' signing in nothing is kept that is over."""
    owners_forget(at=clock.now())
