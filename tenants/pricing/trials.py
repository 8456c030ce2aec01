"""Rules tried out before anybody pays by them: against figures, and against what was sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from kernel.ids import new_id
from kernel.refusals import InvalidInput, NotFound
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language, brand_zone
from tenants.catalog.selectors import service_exists
from tenants.places.selectors import zones_active
from tenants.pricing.figures import Figures, figures_of
from tenants.pricing.models import Quote, Rule
from tenants.pricing.pipeline import Priced, Rules, price, published_form, rules_for
from tenants.pricing.selectors import rules_living
from tenants.pricing.services.rules import RuleDraft, rule_fill, zones_check

LAST_QUOTES: Final = 100
MAX_ATTEMPTS: Final = 50


@dataclass(frozen=True, slots=True)
class Attempt:
    """A rule that is tried without being saved, in the place of the one with `rule_id` if any."""

    rule_id: UUID | None
    draft: RuleDraft


@dataclass(frozen=True, slots=True)
class Trial:
    """What an order was sold for and what it would cost; None where no base price would apply."""

    quote: Quote
    before: int
    after: int | None


def price_try(
    *,
    actor: Actor,
    service_id: UUID,
    figures: Figures,
    wanted_at: datetime | None,
    attempts: Sequence[Attempt],
    at: datetime,
) -> Priced:
    """The price of `figures` by the living rules and what is tried with them. Writes nothing.

    Time is `at` and `wanted_at`, whatever the figures say. Raises `NotFound` and `InvalidInput`.
    """
    actor.require(Right.PRICES_MANAGE)
    if not service_exists(service_id):
        raise NotFound(what="Service")
    named = {zone for zone in (figures.zone_from, figures.zone_to) if zone}
    if zones_active().filter(id__in=named).count() < len(named):
        raise NotFound(what="Zone")
    local = (wanted_at or at).astimezone(brand_zone())
    rules = rules_for(_tried(attempts, at), service_id)
    return price(rules, replace(figures, at=at, local=local))


def tariff_try(*, actor: Actor, attempts: Sequence[Attempt], at: datetime) -> list[Trial]:
    """The last 100 quotes taken up, each as if it were made at `at` by the rules that are tried.

    The newest first; two queries. Raises `NotFound` and `InvalidInput`.
    """
    actor.require(Right.PRICES_MANAGE)
    published = _tried(attempts, at)
    rules: dict[UUID, Rules] = {}
    trials = []
    for quote in _taken():
        service_id = quote.version.service_id
        if service_id not in rules:
            rules[service_id] = rules_for(published, service_id)
        figures = figures_of(quote.inputs, distance_meters=quote.distance_meters)
        priced = price(rules[service_id], replace(figures, at=at))
        trials.append(Trial(quote, quote.total, priced.total if priced.has_base else None))
    return trials


def _taken() -> QuerySet[Quote]:
    quotes = (
        Quote.objects.exclude(taken_at=None).select_related("version").defer("stops", "answers")
    )
    return quotes.order_by("-taken_at", "-id")[:LAST_QUOTES]


def _tried(attempts: Sequence[Attempt], at: datetime) -> list[Mapping[str, Any]]:
    """The living rules with the attempts among them, as a tariff would have them."""
    if len(attempts) > MAX_ATTEMPTS:
        raise InvalidInput(field="rules", reason=f"at most {MAX_ATTEMPTS}")
    rules = {rule.id: rule for rule in rules_living()}
    language = brand_language() if attempts else None
    for attempt in attempts:
        if attempt.rule_id is not None and attempt.rule_id not in rules:
            raise NotFound(what="PriceRule")
        service_id = attempt.draft.service_id
        if service_id is not None and not service_exists(service_id):
            raise NotFound(what="Service")
        rule = Rule(id=attempt.rule_id or new_id())
        rule_fill(rule, attempt.draft, language=language, at=at)
        zones_check([rule])
        rules[rule.id] = rule
    return [published_form(rule) for rule in rules.values() if rule.active]
