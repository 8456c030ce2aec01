"""Quotes: a price with its lines, promised for a quarter of an hour, and taken up once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import Q

from kernel.ids import new_id
from kernel.money import MAX_AMOUNT
from kernel.refusals import InvalidInput, NotFound, Refusal
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import region_of
from tenants.brand.services import orders_open_check
from tenants.catalog.photos import answers_kept
from tenants.couriers.selectors import courier_approved
from tenants.places.geometry import DISTANCE_METHOD, way_meters
from tenants.places.services import coverage_check
from tenants.places.zone_map import zone_map
from tenants.pricing.figures import (
    Granted,
    ItemRequest,
    figures_of,
    granted_serialise,
    inputs_checked,
)
from tenants.pricing.models import Quote, Step
from tenants.pricing.pipeline import Line, Priced, price
from tenants.pricing.selectors import (
    courier_base,
    facts_at,
    has_ordered,
    rules_in_force,
    service_sold,
    tariff_current,
)
from tenants.pricing.stops import StopRequest, stops_resolved
from tenants.promotions.selectors import (
    Asked,
    Offered,
    candidates_for,
    codes_checked,
    member_level,
    offers_for,
)

LIFETIME: Final = timedelta(minutes=15)
FARTHEST_AHEAD: Final = timedelta(days=90)
"""Until when an order can be wanted."""

NO_ANSWERS: Final[Mapping[str, Any]] = MappingProxyType({})


class NoTariff(Refusal):
    """No published tariff says what this service costs."""


class PriceTooLarge(Refusal):
    """The rules come to an amount that no program holds exactly: beyond 2^53 minor units."""


@dataclass(eq=False)
class QuoteExpired(Refusal):
    """The promise has lapsed; ask for a new quote."""

    expired_at: datetime


class QuoteTaken(Refusal):
    """An order was placed from this quote before."""


@transaction.atomic
def quote_create(
    *,
    actor: Actor,
    service_id: UUID,
    stops: Sequence[StopRequest],
    weight_grams: int | None,
    duration_minutes: int | None,
    urgent: bool,
    insured_value: int | None,
    items: Sequence[ItemRequest],
    at: datetime,
    answers: Mapping[str, Any] = NO_ANSWERS,
    wanted_at: datetime | None = None,
    tip: int = 0,
    codes: Sequence[str] = (),
    courier_id: UUID | None = None,
) -> Quote:
    """Price what the customer asks for, and promise it for `LIFETIME`.

    Amounts are minor units. `answers` are by the key of the question in the service's form.
    `wanted_at` is when it is to be done, which prices may depend on; None is as soon as possible.
    Promotions that apply are in it, and those of `codes`. `courier_id` is the courier whom the
    customer chose, by whose own base it is priced where they have one. Raises `OrdersPaused`,
    `NotFound`, `InvalidInput`, `OutsideZones`, `ServiceNotCovered`, `NoTariff`, `PriceTooLarge` and
    `CodeRefused`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)
    settings = orders_open_check(at=at)
    if wanted_at is not None and not at <= wanted_at <= at + FARTHEST_AHEAD:
        raise InvalidInput(field="wantedAt", reason=f"within the next {FARTHEST_AHEAD.days} days")
    sold = service_sold(service_id)
    version, declaration = sold.version, sold.declaration
    kept = answers_kept(
        declaration.form,
        answers,
        customer_id=actor.person_id,
        region=region_of(settings.time_zone),
        at=at,
    )
    inputs = inputs_checked(
        version=version,
        declaration=declaration,
        weight_grams=weight_grams,
        duration_minutes=duration_minutes,
        urgent=urgent,
        insured_value=insured_value,
        items=items,
        answers=kept,
        tip=tip,
    )
    if courier_id is not None:
        courier = courier_approved(Q(id=courier_id))
        inputs["courier"] = str(courier.id)
        inputs["courier_base"] = courier_base(courier.id, service_id)
    resolved = stops_resolved(actor=actor, requests=stops, declaration=declaration)
    positions = [stop.position for stop in resolved]
    zones = zone_map()
    coverage_check(positions, service_id=service_id, zones=zones)
    tariff = tariff_current()
    if tariff is None:
        raise NoTariff
    travels = len(positions) > 1
    distance_meters = way_meters(positions) if travels else None
    facts = facts_at(
        time_zone=settings.time_zone,
        at=at,
        wanted_at=wanted_at,
        positions=positions,
        zones=zones,
        # How busy it is now says nothing of another time.
        demand_bps=settings.demand_bps if wanted_at is None else 0,
        member_level=member_level(actor.person_id, at=at),
    )
    inputs["facts"] = facts.serialise()
    rules = rules_in_force(tariff, service_id)
    figures = figures_of(inputs, distance_meters=distance_meters)
    priced = price(rules, figures)
    if not priced.has_base:
        raise NoTariff
    candidates = candidates_for(codes=codes_checked(codes), at=at)
    if candidates:
        asked = Asked(
            person_id=actor.person_id,
            service_id=service_id,
            worth=priced.own,
            is_first=not has_ordered(actor.person_id),
            at=at,
        )
        offered = offers_for(asked, candidates)
        inputs["granted"] = granted_serialise([_granted(each) for each in offered])
        priced = price(rules, figures_of(inputs, distance_meters=distance_meters))
        inputs["uses"] = _uses(offered, priced)
    if priced.total > MAX_AMOUNT:
        raise PriceTooLarge
    quote = Quote.objects.create(
        customer_id=actor.person_id,
        version=version,
        tariff=tariff,
        currency=tariff.currency,
        total=priced.total,
        commission=priced.commission,
        distance_meters=distance_meters,
        distance_method=DISTANCE_METHOD if travels else None,
        inputs=inputs,
        stops=[stop.serialise() for stop in resolved],
        answers=kept or None,
        wanted_at=wanted_at,
        created_at=at,
        expires_at=at + LIFETIME,
    )
    _lines_write(quote, priced.lines)
    return quote


_LINES_WRITE: Final = """
INSERT INTO pricing_quoteline (id, quote_id, position, code, label, amount, inputs)
SELECT line.id, %s, line.position, line.code, line.label, line.amount, line.inputs
FROM jsonb_to_recordset(%s) AS line
    (id uuid, position integer, code text, label jsonb, amount bigint, inputs jsonb)
"""


def _lines_write(quote: Quote, lines: Sequence[Line]) -> None:
    """All lines as one value: with two dozen of them a quarter of what the columns cost apart."""
    rows = [
        {
            "id": new_id(),
            "position": position,
            "code": line.code.value,
            "label": line.label,
            "amount": line.amount,
            "inputs": line.inputs,
        }
        for position, line in enumerate(lines)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_LINES_WRITE, [quote.id, orjson.dumps(rows).decode()])


def _granted(offered: Offered) -> Granted:
    promotion = offered.promotion
    return Granted(amount=offered.amount, label=promotion.name, promotion=str(promotion.id))


def _uses(offered: Sequence[Offered], priced: Priced) -> list[dict[str, Any]]:
    """What an order of this quote redeems: the promotions with a line, and what it takes off."""
    taken = {
        line.inputs["promotion"]: -line.amount
        for line in priced.lines
        if line.code is Step.PROMOTION
    }
    return [
        {
            "promotion_id": str(each.promotion.id),
            "code_id": str(each.code.id) if each.code else None,
            "amount": taken[str(each.promotion.id)],
        }
        for each in offered
        if str(each.promotion.id) in taken
    ]


def quote_check(*, quote_id: UUID, customer_id: UUID) -> None:
    """Raises `NotFound` unless it is the customer's own quote, whatever has become of it."""
    if not Quote.objects.filter(id=quote_id, customer_id=customer_id).exists():
        raise NotFound(what="Quote")


@transaction.atomic
def quote_take(*, quote_id: UUID, customer_id: UUID, at: datetime) -> Quote:
    """For orders above: take up the customer's own quote, once. The quote comes with its version.

    Raises `NotFound`, `QuoteTaken` and `QuoteExpired`.
    """
    quote = (
        Quote.objects.select_related("version")
        .select_for_update(of=("self",))
        .filter(id=quote_id, customer_id=customer_id)
        .first()
    )
    if quote is None:
        raise NotFound(what="Quote")
    if quote.taken_at is not None:
        raise QuoteTaken
    if quote.expires_at <= at:
        raise QuoteExpired(expired_at=quote.expires_at)
    quote.taken_at = at
    quote.save(update_fields=["taken_at"])
    return quote
