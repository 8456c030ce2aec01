"""Reads of rules, tariffs and quotes."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from kernel.prepared import Prepared
from kernel.refusals import NotFound
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.models import CalendarDay
from tenants.catalog.declaration import Declaration
from tenants.catalog.declaration.form import FieldType, Form
from tenants.catalog.models import Service, ServiceVersion
from tenants.catalog.selectors import only_on_sale
from tenants.places.geometry import Position
from tenants.places.zone_map import ZoneMap
from tenants.pricing.figures import Day, Facts, Figures, figures_of, smallest_figures
from tenants.pricing.kept import Kept
from tenants.pricing.models import CourierPrice, Quote, Rule, Step, Tariff
from tenants.pricing.params import Base
from tenants.pricing.pipeline import Priced, PricedBy, Rules, price, rule_parse, rules_of

KEPT_TARIFFS: Final = 64
"""Whose rules a process keeps; a thousand rules are about a megabyte."""

KEPT_VERSIONS: Final = 1024
"""Of services; each some kilobytes."""

_parsed = Kept[tuple[PricedBy, ...]](KEPT_TARIFFS)
_sold = Kept["Sold"](KEPT_VERSIONS)


def rules_living(*, service_id: UUID | None = None) -> QuerySet[Rule]:
    """The rules being edited, by step, those that go first first; of one service, or all."""
    rules = Rule.objects.order_by("step", "service_id", "-priority", "id")
    return rules if service_id is None else rules.filter(service_id=service_id)


def tariffs_published() -> QuerySet[Tariff]:
    """Every tariff there was, the one in force first."""
    return Tariff.objects.order_by("-number")


def tariff_current() -> Tariff | None:
    """The tariff that new quotes are priced by; one query, another one for its rules."""
    return next(iter(_IN_FORCE.instances(Tariff)), None)


_IN_FORCE: Final = Prepared(lambda: tariffs_published().defer("rules")[:1])


@dataclass(frozen=True, slots=True)
class Sold:
    """What a service is sold as: its published version, and that one's declaration."""

    version: ServiceVersion
    declaration: Declaration


def service_sold(service_id: UUID) -> Sold:
    """What a quote of the service is for. One query, and one more for a version not seen lately.

    Raises `NotFound` unless customers can order it.
    """
    found = _ON_SALE.rows(service_id)
    if not found:
        raise NotFound(what="Service")
    [(version_id,)] = found
    sold = _sold.get(version_id, lambda: _read(version_id))
    # Whoever gets the row may hang other rows on it, or change it.
    return replace(sold, version=copy(sold.version))


_SOME_SERVICE: Final = UUID(int=0)
_ON_SALE: Final = Prepared(
    lambda service_id: (
        only_on_sale(Service.objects.filter(id=service_id)).order_by().values_list("version_id")
    ),
    _SOME_SERVICE,
)


def _read(version_id: UUID) -> Sold:
    version = ServiceVersion.objects.get(id=version_id)
    return Sold(version, Declaration.parse(version.declaration))


def rules_in_force(tariff: Tariff, service_id: UUID) -> Rules:
    """The rules of a tariff that hold for a service."""
    return rules_of(rules_parsed(tariff), service_id)


def rules_parsed(tariff: Tariff) -> tuple[PricedBy, ...]:
    """All rules of a tariff.

    Reading sixty of them costs as much as all else that a price takes, and a tariff never changes:
    each process keeps those that it used last.
    """
    return _parsed.get(tariff.id, lambda: tuple(rule_parse(rule) for rule in tariff.rules))


def courier_bands(tariff: Tariff, service_id: UUID) -> list[tuple[int, int]]:
    """Within what couriers may ask a base of their own for a service: least and most, each.

    Of the service's own base prices, or of the general ones where it has none.
    """
    rules = rules_in_force(tariff, service_id).get(Step.BASE, ())
    own = [rule for rule in rules if rule.service_id is not None]
    found = [rule.params for rule in own or rules if isinstance(rule.params, Base)]
    return [
        (base.courier_least, base.courier_most)
        for base in found
        if base.courier_least is not None and base.courier_most is not None
    ]


def courier_prices_listed(
    *, states: Sequence[CourierPrice.State] | None, service_id: UUID | None
) -> QuerySet[CourierPrice]:
    """Couriers' own prices, the latest first. Not scoped to anybody."""
    prices = CourierPrice.objects.order_by("-proposed_at", "-id")
    if states is not None:
        prices = prices.filter(state__in=states)
    return prices if service_id is None else prices.filter(service_id=service_id)


def courier_prices_visible(
    actor: Actor | None, among: QuerySet[CourierPrice]
) -> QuerySet[CourierPrice]:
    """Those of `among` that `actor` may read: all for who manages prices, else their own."""
    if actor is None:
        return among.none()
    if Right.PRICES_MANAGE in actor.rights:
        return among
    return among.filter(courier__person_id=actor.person_id)


def courier_base(courier_id: UUID, service_id: UUID) -> int | None:
    """What the courier asks for the service in place of the base; None where nothing else."""
    in_force = CourierPrice.objects.filter(
        courier_id=courier_id, service_id=service_id, state=CourierPrice.State.APPROVED
    )
    return in_force.values_list("amount", flat=True).first()


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
    zones: ZoneMap,
    demand_bps: int = 0,
    member_level: str | None = None,
) -> Facts:
    """What a price may depend on beside what the customer says; one query.

    The day and the hour are those at which the order is to be done, in the operator's time zone.
    """
    local = (wanted_at or at).astimezone(ZoneInfo(time_zone))
    marked = _MARKED.rows(local.date())
    first, last = (zones.zone_at(positions[number]) for number in (0, -1))
    return Facts(
        at=at,
        local=local,
        day=Day(marked[0][0]) if marked else Day.ORDINARY,
        zone_from=str(first.id) if first else None,
        zone_to=str(last.id) if last else None,
        demand_bps=demand_bps,
        member_level=member_level,
    )


_MARKED: Final = Prepared(
    lambda day: CalendarDay.objects.filter(date=day).order_by().values_list("kind"), date.min
)


def quote_replay(quote: Quote) -> Priced:
    """The quote priced again from what it stores: the same lines, total and commission."""
    rules = rules_in_force(quote.tariff, quote.version.service_id)
    return price(rules, figures_of(quote.inputs, distance_meters=quote.distance_meters))


def has_ordered(person_id: UUID) -> bool:
    """Whether the person has ever ordered."""
    return bool(_ORDERED.rows(person_id))


_ORDERED: Final = Prepared(
    lambda person_id: Quote.objects.filter(
        customer_id=person_id, taken_at__isnull=False
    ).values_list("id")[:1],
    UUID(int=0),
)
