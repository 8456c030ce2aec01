"""Quotes: a price with its lines, promised for a quarter of an hour, and taken up once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.refusals import NotFound, Refusal
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.services import orders_open_check
from tenants.catalog.declaration import Declaration
from tenants.catalog.selectors import service_on_sale
from tenants.places.geometry import DISTANCE_METHOD, way_meters
from tenants.places.services import coverage_check
from tenants.pricing.figures import ItemRequest, figures_of, inputs_checked
from tenants.pricing.models import Quote, QuoteLine, Step
from tenants.pricing.pipeline import price, rules_for
from tenants.pricing.selectors import tariff_current
from tenants.pricing.stops import StopRequest, stops_resolved

LIFETIME: Final = timedelta(minutes=15)


class NoTariff(Refusal):
    """No published tariff says what this service costs."""


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
) -> Quote:
    """Price what the customer asks for, and promise it for `LIFETIME`.

    Amounts are minor units. Raises `OrdersPaused`, `NotFound`, `InvalidInput`, `OutsideZones` and
    `NoTariff`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)
    orders_open_check(at=at)
    version = service_on_sale(service_id).version
    assert version is not None
    declaration = Declaration.parse(version.declaration)
    inputs = inputs_checked(
        version=version,
        declaration=declaration,
        weight_grams=weight_grams,
        duration_minutes=duration_minutes,
        urgent=urgent,
        insured_value=insured_value,
        items=items,
    )
    resolved = stops_resolved(actor=actor, requests=stops, declaration=declaration)
    positions = [stop.position for stop in resolved]
    coverage_check(positions)
    tariff = tariff_current()
    rules = rules_for(tariff.rules, service_id) if tariff else {}
    if tariff is None or Step.BASE not in rules:
        raise NoTariff
    travels = len(positions) > 1
    distance_meters = way_meters(positions) if travels else None
    priced = price(rules, figures_of(inputs, distance_meters=distance_meters))
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
        created_at=at,
        expires_at=at + LIFETIME,
    )
    QuoteLine.objects.bulk_create(
        QuoteLine(
            quote=quote,
            position=position,
            code=line.code,
            label=line.label,
            amount=line.amount,
            inputs=line.inputs,
        )
        for position, line in enumerate(priced.lines)
    )
    return quote


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
