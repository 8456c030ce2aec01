"""Rules are edited; a tariff is all of them as they stood when they were published."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from kernel.events import Fact
from kernel.refusals import Refusal
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_settings
from tenants.catalog.models import Service
from tenants.catalog.selectors import services_published
from tenants.catalog.services import publishing_lock, service_prices_set
from tenants.pricing.models import Rule, Step, Tariff
from tenants.pricing.pipeline import published_form, rule_parse
from tenants.pricing.proofs import Known
from tenants.pricing.selectors import price_from, rules_living, rules_parsed, tariff_current
from tenants.pricing.services.checks import prices_check, rules_check


class NoBasePrice(Refusal):
    """No rule says what an order costs before anything else, so no service would have a price."""


@transaction.atomic
def tariff_publish(*, actor: Actor, at: datetime) -> Tariff:
    """Price new quotes by the rules as they stand, and set what each service costs from.

    Raises `NoBasePrice`, `RulesShadow`, `RuleNeverApplies` and `PriceUnsound`.
    """
    actor.require(Right.PRICES_MANAGE)
    publishing_lock()
    rules = [rule for rule in rules_living() if rule.active]
    services = list(services_published())
    parsed = [rule_parse(published_form(rule)) for rule in rules]
    rules_check(parsed, services, at=at)
    known: Known = {}
    for service in services:
        assert service.version is not None
        prices_check(parsed, service.version, service_id=service.id, at=at, known=known)
    last = Tariff.objects.aggregate(last=Max("number"))["last"] or 0
    return tariff_write(
        rules,
        services,
        number=last + 1,
        currency=brand_settings().currency,
        at=at,
    )


def tariff_write(
    rules: list[Rule],
    services: Iterable[Service],
    *,
    number: int,
    currency: str,
    at: datetime,
) -> Tariff:
    """The tariff `number` of `rules`, and by it the price-from of all published `services`."""
    if not any(rule.step == Step.BASE for rule in rules):
        raise NoBasePrice
    tariff = Tariff.objects.create(
        number=number,
        currency=currency,
        rules=[published_form(rule) for rule in rules],
        published_at=at,
    )
    service_prices_set(
        prices={service.id: price_from(tariff, service) for service in services},
        currency=currency,
    )
    return tariff


def service_price(fact: Fact) -> None:
    """A published service gets its price-from, by the tariff in force if there is one.

    Raises `PriceUnsound`, so that it is not published.
    """
    tariff = tariff_current()
    if tariff is not None:
        service = services_published().get(id=fact.subject)
        assert service.version is not None
        parsed = rules_parsed(tariff)
        prices_check(parsed, service.version, service_id=service.id, at=fact.at)
        service_prices_set(
            prices={service.id: price_from(tariff, service)}, currency=tariff.currency
        )
