"""Reads of rules, tariffs and quotes."""

from uuid import UUID

from django.db.models import QuerySet

from tenants.catalog.models import Service
from tenants.pricing.figures import figures_of, smallest_figures
from tenants.pricing.models import Quote, Rule, Step, Tariff
from tenants.pricing.pipeline import Priced, price, rules_for


def rules_living(*, service_id: UUID | None = None) -> QuerySet[Rule]:
    """The rules being edited, by step; those of one service, or all."""
    rules = Rule.objects.order_by("step", "service_id")
    return rules if service_id is None else rules.filter(service_id=service_id)


def tariffs_published() -> QuerySet[Tariff]:
    """Every tariff there was, the one in force first."""
    return Tariff.objects.order_by("-number")


def tariff_current() -> Tariff | None:
    """The tariff that new quotes are priced by."""
    return tariffs_published().first()


def price_from(tariff: Tariff, service: Service) -> int | None:
    """What the least order of a published service costs; None where the tariff has no base for it.

    Minor units of the tariff's currency.
    """
    assert service.version is not None
    rules = rules_for(tariff.rules, service.id)
    if Step.BASE not in rules:
        return None
    return price(rules, smallest_figures(service.version)).total


def quote_replay(quote: Quote) -> Priced:
    """The quote priced again from what it stores: the same lines, total and commission."""
    rules = rules_for(quote.tariff.rules, quote.version.service_id)
    return price(rules, figures_of(quote.inputs, distance_meters=quote.distance_meters))
