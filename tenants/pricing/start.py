"""What a new operator's prices begin with, out of its starter template, and how they now are.

A template's section `pricing` has `rules`, each with step, label, params and, for one service
alone, `service`: that service's English name; and where they are not as usual `when`, `priority`,
`round_to` and `rounding`. What is money is written in minor units by currency.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

import orjson
from babel.numbers import get_currency_precision

from kernel.events import Fact
from kernel.money import round_minor
from kernel.refusals import InvalidInput, within
from kernel.texts import text_in
from tenants.brand.selectors import brand_settings
from tenants.catalog.models import Service
from tenants.catalog.selectors import only_on_sale, services_published
from tenants.pricing.conditions import when_parse
from tenants.pricing.models import Rounding, Rule, Step
from tenants.pricing.params import params_parse, params_serialise, with_amounts
from tenants.pricing.pipeline import EACH
from tenants.pricing.selectors import tariff_current
from tenants.pricing.services.rules import RuleDraft, rule_fill
from tenants.pricing.services.tariffs import NoBasePrice, tariff_write

ROUGHLY_A_DOLLAR: Final[Mapping[str, Decimal]] = {
    currency: Decimal(units)
    for currency, units in {
        "USD": "1",
        "AED": "3.7", "AUD": "1.5", "BRL": "5.5", "CAD": "1.4", "CHF": "0.9", "CNY": "7",
        "DKK": "7", "EUR": "0.9", "GBP": "0.8", "HKD": "7.8", "IDR": "16000", "INR": "85",
        "JPY": "150", "KRW": "1400", "KWD": "0.3", "MOP": "8", "MXN": "18", "MYR": "4.5",
        "NOK": "10", "NZD": "1.7", "PHP": "57", "PLN": "4", "SAR": "3.75", "SEK": "10",
        "SGD": "1.35", "THB": "34", "TWD": "32", "VND": "25000",
    }.items()
}  # fmt: skip
"""Major units that are worth a US dollar, give or take: for first figures, never for money."""

REFERENCE_CURRENCY: Final = "USD"
_TWO_DIGITS: Final = Context(prec=2, rounding=ROUND_HALF_UP)


def pricing_start(fact: Fact) -> None:
    """The template's rules, published as tariff 1. Runs after the catalogue has its services.

    Raises `InvalidInput` with the path of a rule that names no service, says what another one says,
    or has parameters out of bounds, and when no rule is a base price.
    """
    section = fact.data["template"].get("pricing")
    if not section:
        return
    currency = fact.data["brand"]["currency"]
    published = list(services_published())
    services = {service.name["en"]: service for service in published}
    rules: list[Rule] = []
    topics: set[tuple[object, ...]] = set()
    for number, row in enumerate(section["rules"]):
        with within(f"pricing.rules.{number}"):
            service = _service(services, row)
            rule = Rule(service=service)
            rule_fill(
                rule,
                RuleDraft(
                    step=Step(row["step"]),
                    service_id=service.id if service else None,
                    label=row["label"],
                    params=_params(row, currency),
                    when=row.get("when", {}),
                    priority=row.get("priority", 0),
                    round_to=amount_in(currency, row["round_to"]) if "round_to" in row else 1,
                    rounding=Rounding(row.get("rounding", Rounding.HALF_UP)),
                ),
                language=None,
                at=fact.at,
            )
            if (topic := _topic(rule)) in topics:
                raise InvalidInput(field="step", reason="another rule says what this one says")
            topics.add(topic)
            rules.append(rule)
    Rule.objects.bulk_create(rules)
    try:
        tariff_write(rules, published, number=1, currency=currency, at=fact.at)
    except NoBasePrice as none:
        raise InvalidInput(field="pricing.rules", reason="none of them is a base price") from none


def pricing_tried(fact: Fact) -> None:
    """Raises `InvalidInput` unless every service that a template brought has a price."""
    for service in services_published():
        if service.price_from is None or service.price_from <= 0:
            name = text_in(service.name, "en", "en")
            raise InvalidInput(field="pricing.rules", reason=f"{name!a} has no base price")


def pricing_described(fact: Fact) -> None:
    """The rules it began with and those in force, both as a template's section.

    Money is in the operator's currency alone. A rule for a service that is not on sale is no part
    of what there is now.
    """
    currency = brand_settings().currency
    begun = fact.data["template"].get("pricing", {}).get("rules", ())
    fact.data["began"]["pricing"] = _section(
        {
            **{name: row[name] for name in ("step", "label", "service") if name in row},
            "params": _priced_in(currency, _params(row, currency)),
            **_unusual(_rounded_in(currency, row), currency),
        }
        for row in begun
    )
    tariff = tariff_current()
    names = {
        str(service.id): text_in(service.version.name, "en", "en")
        for service in only_on_sale(services_published())
        if service.version is not None
    }
    fact.data["now"]["pricing"] = _section(
        {
            "step": rule["step"],
            "label": rule["label"],
            "params": _priced_in(currency, rule["params"]),
            **({"service": names[rule["service_id"]]} if rule["service_id"] else {}),
            **_unusual(rule, currency),
        }
        for rule in (tariff.rules if tariff else ())
        if rule["service_id"] is None or rule["service_id"] in names
    )


def amount_in(currency: str, amounts: Mapping[str, int]) -> int:
    """An amount of a template, in minor units of `currency`.

    In a currency that the template does not give it is what it gives in dollars (or the first that
    it does give), by a rough rate and to two digits: a figure to begin with, which the operator
    will set. At least 1 minor unit unless it is free.
    """
    if currency in amounts:
        return amounts[currency]
    given = REFERENCE_CURRENCY if REFERENCE_CURRENCY in amounts else min(amounts)
    major = Decimal(amounts[given]).scaleb(-get_currency_precision(given))
    worth = major / ROUGHLY_A_DOLLAR.get(given, 1) * ROUGHLY_A_DOLLAR.get(currency, 1)
    rough = worth.normalize(_TWO_DIGITS).scaleb(get_currency_precision(currency))
    return max(round_minor(rough), min(amounts[given], 1))


def _service(services: Mapping[str, Service], row: Mapping[str, Any]) -> Service | None:
    if "service" not in row:
        return None
    if row["service"] not in services:
        raise InvalidInput(field="service", reason="no service is called that in English")
    return services[row["service"]]


def _params(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    step = Step(row["step"])
    params = with_amounts(row["params"], lambda amounts: amount_in(currency, amounts))
    return params_serialise(params_parse(step, params))


def _topic(rule: Rule) -> tuple[object, ...]:
    """What a rule speaks of: of two that speak of the same, one would never be heard."""
    when = orjson.dumps(rule.when, option=orjson.OPT_SORT_KEYS)
    field = rule.params.get("field") if rule.step in EACH else None
    return rule.step, rule.service_id, when, rule.priority, field


def _priced_in(currency: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Stored parameters as a template writes them: amounts by currency."""
    return with_amounts(params, lambda amount: {currency: amount})


def _rounded_in(currency: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A template's rule with the amount that it rounds to in `currency`."""
    if "round_to" not in row:
        return {**row}
    return {**row, "round_to": amount_in(currency, row["round_to"])}


def _unusual(rule: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """What a rule says beyond its parameters, as a template writes it."""
    found: dict[str, Any] = {}
    when = when_parse(Step(rule["step"]), rule.get("when", {})).serialise()
    if when:
        found["when"] = when
    if rule.get("priority", 0):
        found["priority"] = rule["priority"]
    if rule.get("round_to", 1) != 1:
        found["round_to"] = {currency: rule["round_to"]}
    if (rounding := rule.get("rounding", Rounding.HALF_UP)) != Rounding.HALF_UP:
        found["rounding"] = rounding
    return found


def _section(rules: Any) -> dict[str, Any]:
    listed = list(rules)
    return {"rules": listed} if listed else {}
