"""What a new operator's prices begin with, out of its starter template."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from babel.numbers import get_currency_precision

from kernel.events import Fact
from kernel.money import round_minor
from tenants.catalog.selectors import services_published
from tenants.pricing.models import Rule, Step
from tenants.pricing.params import AMOUNTS, params_parse, params_serialise
from tenants.pricing.services.tariffs import tariff_write

REFERENCE_CURRENCY: Final = "USD"


def pricing_start(fact: Fact) -> None:
    """The template's rules, published as tariff 1. Runs after the catalogue has its services.

    The template's section `pricing` has `rules`, each with step, label, params and, for one
    service alone, `service`: that service's English name. A parameter that is money is written in
    minor units by currency.
    """
    section = fact.data["template"].get("pricing")
    if not section:
        return
    currency = fact.data["brand"]["currency"]
    services = {service.name["en"]: service for service in services_published()}
    rules = [
        Rule(
            step=rule["step"],
            service=services[rule["service"]] if "service" in rule else None,
            label=rule["label"],
            params=_params(Step(rule["step"]), rule["params"], currency),
            updated_at=fact.at,
        )
        for rule in section["rules"]
    ]
    Rule.objects.bulk_create(rules)
    tariff_write(rules, number=1, currency=currency, at=fact.at)


def amount_in(currency: str, amounts: Mapping[str, int]) -> int:
    """An amount of a template, in minor units of `currency`.

    A currency that the template does not give takes as many major units as the reference currency:
    a figure to begin with, which the operator will set. At least 1 minor unit unless it is free.
    """
    if currency in amounts:
        return amounts[currency]
    reference = amounts[REFERENCE_CURRENCY]
    shift = get_currency_precision(currency) - get_currency_precision(REFERENCE_CURRENCY)
    return max(round_minor(Decimal(reference).scaleb(shift)), min(reference, 1))


def _params(step: Step, stored: Mapping[str, Any], currency: str) -> dict[str, int]:
    params = {
        name: amount_in(currency, value) if name in AMOUNTS else value
        for name, value in stored.items()
    }
    return params_serialise(params_parse(step, params))
