"""Taking a service off sale: now, or on a day that is said beforehand. Its versions stay."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.events import Fact
from kernel.jobs import defer
from kernel.refusals import InvalidInput
from tenants.access.actors import Actor
from tenants.catalog.models import Service
from tenants.catalog.services import access_service
from tenants.catalog.states import SERVICE_LIFE

JOB: Final = "catalog.delist"
FARTHEST: Final = timedelta(days=366)


@transaction.atomic
def service_delist(*, actor: Actor, service_id: UUID, on: datetime | None, at: datetime) -> Service:
    """Take a service off sale at once, or `on` a later instant within a year.

    Until then it is sold as before; publishing it again, or another date, takes the date's place.
    Raises `InvalidInput`, `NotFound` and `IllegalMove`.
    """
    service = access_service(actor=actor, service_id=service_id)
    state = SERVICE_LIFE.check(state=service.state, move="delist")
    if on is None:
        service.state, service.delists_at = state, at
    elif at < on <= at + FARTHEST:
        service.delists_at = on
        _wait(service)
    else:
        raise InvalidInput(field="at", reason="a time to come, within a year")
    service.updated_at = at
    service.save(update_fields=["state", "delists_at", "updated_at"])
    return service


@transaction.atomic
def delist_due(*, service_id: UUID, at: datetime) -> None:
    """Take the service off sale if its time has come; nothing to do where the date has changed."""
    service = Service.objects.select_for_update().filter(id=service_id).first()
    if service is None or service.state != Service.State.PUBLISHED:
        return
    if service.delists_at is not None and service.delists_at <= at:
        service.state = SERVICE_LIFE.check(state=service.state, move="delist")
        service.updated_at = at
        service.save(update_fields=["state", "updated_at"])


def delistings_wait(fact: Fact) -> None:
    """The rows came from elsewhere, without what waits for a time: defer it again."""
    dated = Service.objects.filter(state=Service.State.PUBLISHED, delists_at__isnull=False)
    for service in dated:
        _wait(service)


def _wait(service: Service) -> None:
    defer(JOB, run_at=service.delists_at, service=str(service.id))
