"""Rules are edited; a tariff is all of them as they stood when they were published."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from kernel.events import Fact
from kernel.refusals import NotFound, Refusal
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language, brand_settings
from tenants.catalog.models import Service
from tenants.catalog.selectors import service_exists, services_published
from tenants.catalog.services import publishing_lock, service_prices_set
from tenants.pricing.models import Rule, Step, Tariff
from tenants.pricing.params import params_parse, params_serialise
from tenants.pricing.selectors import price_from, rules_living, tariff_current

LABEL_LENGTH: Final = 60


class NoBasePrice(Refusal):
    """No rule says what an order costs before anything else, so no service would have a price."""


@transaction.atomic
def price_rule_save(
    *,
    actor: Actor,
    step: Step,
    service_id: UUID | None,
    label: Mapping[str, str],
    params: Mapping[str, Any],
    at: datetime,
) -> Rule:
    """Set the rule of a step, for one service or, without `service_id`, for all others.

    Quotes heed it once a tariff is published. `params` are as in params.py. Raises `NotFound` and
    `InvalidInput`.
    """
    actor.require(Right.PRICES_MANAGE)
    if service_id is not None and not service_exists(service_id):
        raise NotFound(what="Service")
    rule, _ = Rule.objects.update_or_create(
        step=step,
        service_id=service_id,  # type: ignore[misc]
        defaults={
            "label": texts_checked(
                label, field="label", max_length=LABEL_LENGTH, language=brand_language()
            ),
            "params": params_serialise(params_parse(step, params)),
            "updated_at": at,
        },
    )
    return rule


@transaction.atomic
def price_rule_remove(*, actor: Actor, rule_id: UUID) -> None:
    """Forget a rule; published tariffs keep theirs. Raises `NotFound`."""
    actor.require(Right.PRICES_MANAGE)
    removed, _ = Rule.objects.filter(id=rule_id).delete()
    if not removed:
        raise NotFound(what="PriceRule")


@transaction.atomic
def tariff_publish(*, actor: Actor, at: datetime) -> Tariff:
    """Price new quotes by the rules as they stand, and set what each service costs from.

    Raises `NoBasePrice`.
    """
    actor.require(Right.PRICES_MANAGE)
    publishing_lock()
    rules = list(rules_living())
    last = Tariff.objects.aggregate(last=Max("number"))["last"] or 0
    return tariff_write(
        rules,
        services_published(),
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
        rules=[
            {
                "step": rule.step,
                "service_id": str(rule.service_id) if rule.service_id else None,
                "label": rule.label,
                "params": rule.params,
            }
            for rule in rules
        ],
        published_at=at,
    )
    service_prices_set(
        prices={service.id: price_from(tariff, service) for service in services},
        currency=currency,
    )
    return tariff


def service_price(fact: Fact) -> None:
    """A published service gets its price-from, by the tariff in force if there is one."""
    tariff = tariff_current()
    if tariff is not None:
        service = services_published().get(id=fact.subject)
        service_prices_set(
            prices={service.id: price_from(tariff, service)}, currency=tariff.currency
        )
