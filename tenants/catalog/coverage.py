"""Zones that cover some services only: the catalogue knows which services there are."""

from kernel.events import Fact
from kernel.refusals import NotFound
from tenants.catalog.models import Service


def services_known(fact: Fact) -> None:
    """Raises `NotFound` for a service that a zone names and that there is not. One query."""
    named = set(fact.data["service_ids"])
    if Service.objects.filter(id__in=named).count() != len(named):
        raise NotFound(what="Service")
