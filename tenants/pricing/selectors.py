"""Reads of rules, tariffs and quotes."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from kernel.tenancy import current_tenant
from tenants.brand.selectors import calendar_day
from tenants.catalog.declaration import Declaration
from tenants.catalog.declaration.form import FieldType, Form
from tenants.catalog.models import Service
from tenants.places.geometry import Position
from tenants.places.zone_map import zone_map
from tenants.pricing.figures import Day, Facts, Figures, figures_of, smallest_figures
from tenants.pricing.models import Quote, Rule, Tariff
from tenants.pricing.pipeline import Priced, PricedBy, Rules, price, rule_parse, rules_of

KEPT_TARIFFS: Final = 64
"""Whose rules a process keeps; a thousand rules are about a megabyte."""

_parsed: OrderedDict[tuple[str, UUID], tuple[PricedBy, ...]] = OrderedDict()
_lock = Lock()


def rules_living(*, service_id: UUID | None = None) -> QuerySet[Rule]:
    """The rules being edited, by step, those that go first first; of one service, or all."""
    rules = Rule.objects.order_by("step", "service_id", "-priority", "id")
    return rules if service_id is None else rules.filter(service_id=service_id)


def tariffs_published() -> QuerySet[Tariff]:
    """Every tariff there was, the one in force first."""
    return Tariff.objects.order_by("-number")


def tariff_current() -> Tariff | None:
    """The tariff that new quotes are priced by."""
    return tariffs_published().first()


def rules_in_force(tariff: Tariff, service_id: UUID) -> Rules:
    """The rules of a tariff that hold for a service.

    Reading sixty of them costs as much as all else that a price takes, and a tariff never changes:
    each process keeps those that it used last.
    """
    key = current_tenant().label, tariff.id
    with _lock:
        parsed = _parsed.get(key)
    if parsed is None:
        parsed = tuple(rule_parse(rule) for rule in tariff.rules)
    with _lock:
        _parsed[key] = parsed
        _parsed.move_to_end(key)
        while len(_parsed) > KEPT_TARIFFS:
            _parsed.popitem(last=False)
    return rules_of(parsed, service_id)


def price_from(tariff: Tariff, service: Service) -> int | None:
    """What the least order of a published service costs; None where the tariff has no base for it.

    Minor units of the tariff's currency.
    """
    assert service.version is not None
    rules = rules_in_force(tariff, service.id)
    figures = smallest_figures(service.version)
    form = Declaration.parse(service.version.declaration).form
    priced = price(rules, replace(figures, answers=_cheapest_answers(form, rules, figures)))
    return priced.total if priced.has_base else None


def _cheapest_answers(form: Form, rules: Rules, figures: Figures) -> dict[str, Any]:
    """Answers to the questions that must be answered, each the one that costs least."""

    def total(answers: Mapping[str, Any]) -> int:
        return price(rules, replace(figures, answers=answers)).total

    answers: dict[str, Any] = {}
    for field in form.fields:
        possible: list[Any] = [option.key for option in field.options]
        match field.kind:
            case FieldType.NUMBER:
                possible = [field.least]
            case FieldType.YES_NO:
                possible = [False, True]
            case FieldType.CHOICES:
                possible = [[key] for key in possible]
        if possible and field.required and field.asked(answers):
            tried = [{**answers, field.key: value} for value in possible]
            answers = min(
                tried, key=lambda each: price(rules, replace(figures, answers=each)).total
            )
    return answers


def facts_at(
    *,
    time_zone: str,
    at: datetime,
    wanted_at: datetime | None,
    positions: Sequence[Position],
    demand_bps: int = 0,
) -> Facts:
    """What a price may depend on beside what the customer says; two queries.

    The day and the hour are those at which the order is to be done, in the operator's time zone.
    """
    local = (wanted_at or at).astimezone(ZoneInfo(time_zone))
    marked = calendar_day(local.date())
    zones = zone_map()
    first, last = (zones.zone_at(positions[number]) for number in (0, -1))
    return Facts(
        at=at,
        local=local,
        day=Day(marked.kind) if marked else Day.ORDINARY,
        zone_from=str(first.id) if first else None,
        zone_to=str(last.id) if last else None,
        demand_bps=demand_bps,
    )


def quote_replay(quote: Quote) -> Priced:
    """The quote priced again from what it stores: the same lines, total and commission."""
    rules = rules_in_force(quote.tariff, quote.version.service_id)
    return price(rules, figures_of(quote.inputs, distance_meters=quote.distance_meters))


def has_ordered(person_id: UUID) -> bool:
    """Whether the person has ever ordered."""
    return Quote.objects.filter(customer_id=person_id, taken_at__isnull=False).exists()
