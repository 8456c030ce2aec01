"""The price of a service: a pure function of rules and figures. README.md describes it in a page.

Nothing here reads a clock, a row or a setting: equal rules and figures give equal lines for ever,
which is what replaying a quote relies on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from kernel.money import round_minor
from tenants.pricing.models import Step
from tenants.pricing.params import (
    ALL_BPS,
    Base,
    Commission,
    Distance,
    Duration,
    Goods,
    Insured,
    Params,
    Urgent,
    Weight,
    params_parse,
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is priced. None is a figure that the service does not ask for or was not given.

    `insured_value` and `goods` (the sum of the items) are minor units.
    """

    distance_meters: int | None = None
    weight_grams: int | None = None
    duration_minutes: int | None = None
    urgent: bool = False
    insured_value: int | None = None
    goods: int = 0


@dataclass(frozen=True, slots=True)
class PricedBy:
    """A rule in force: its parameters and what customers read on its line."""

    label: Mapping[str, str]
    params: Params


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `amount` minor units by `code`, and the figures and parameters it came from."""

    code: Step
    label: Mapping[str, str]
    amount: int
    inputs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Priced:
    """`total` is the sum of the lines; `commission`, the operator's part, is within it."""

    lines: tuple[Line, ...]
    total: int
    commission: int


type Rules = Mapping[Step, PricedBy]

GOODS_AS_THEY_ARE: Final = PricedBy(label={"zh-Hans": "商品金额", "en": "Goods"}, params=Goods())
"""Goods are always charged, whether or not the operator has words of its own for them."""


def rules_for(published: Iterable[Mapping[str, Any]], service_id: UUID) -> Rules:
    """The rules that hold for a service, of a tariff's: its own wins over the general one.

    Each of `published` has step, service_id (or None), label and params, as `Tariff.rules` stores.
    """
    chosen: dict[Step, Mapping[str, Any]] = {}
    for rule in published:
        step = Step(rule["step"])
        if rule["service_id"] == str(service_id):
            chosen[step] = rule
        elif rule["service_id"] is None:
            chosen.setdefault(step, rule)
    named = {
        step: PricedBy(label=rule["label"], params=params_parse(step, rule["params"]))
        for step, rule in chosen.items()
    }
    return {Step.GOODS: GOODS_AS_THEY_ARE, **named}


def price(rules: Rules, figures: Figures) -> Priced:
    """Run the steps in their order. A step without a rule or a figure, or worth 0, has no line."""
    lines: list[Line] = []
    for step in Step:
        rule = rules.get(step)
        if rule is None or step is Step.COMMISSION:
            continue
        amount, inputs = _STEPS[step](rule.params, figures, lines)
        if amount:
            lines.append(Line(code=step, label=rule.label, amount=amount, inputs=inputs))
    return Priced(
        lines=tuple(lines),
        total=sum(line.amount for line in lines),
        commission=_commission(rules, lines),
    )


def share(amount: int, bps: int) -> int:
    """`bps` basis points of `amount`, rounded to the minor unit."""
    return round_minor(Decimal(amount * bps) / ALL_BPS)


type _Outcome = tuple[int, Mapping[str, int]]
_NOTHING: Final[_Outcome] = (0, {})


def _base(params: Base, figures: Figures, lines: list[Line]) -> _Outcome:
    return params.amount, {}


def _distance(params: Distance, figures: Figures, lines: list[Line]) -> _Outcome:
    if figures.distance_meters is None:
        return _NOTHING
    started_km = _started(figures.distance_meters - params.free_meters)
    return params.per_km * started_km, {
        "distance_meters": figures.distance_meters,
        "free_meters": params.free_meters,
        "started_km": started_km,
        "per_km": params.per_km,
    }


def _weight(params: Weight, figures: Figures, lines: list[Line]) -> _Outcome:
    if figures.weight_grams is None:
        return _NOTHING
    started_kg = _started(figures.weight_grams - params.free_grams)
    return params.per_kg * started_kg, {
        "weight_grams": figures.weight_grams,
        "free_grams": params.free_grams,
        "started_kg": started_kg,
        "per_kg": params.per_kg,
    }


def _duration(params: Duration, figures: Figures, lines: list[Line]) -> _Outcome:
    if figures.duration_minutes is None:
        return _NOTHING
    minutes = max(figures.duration_minutes, params.minimum_minutes)
    return round_minor(Decimal(params.per_hour * minutes) / 60), {
        "duration_minutes": figures.duration_minutes,
        "charged_minutes": minutes,
        "per_hour": params.per_hour,
    }


def _urgent(params: Urgent, figures: Figures, lines: list[Line]) -> _Outcome:
    if not figures.urgent:
        return _NOTHING
    if params.percent_bps is None:
        return params.amount or 0, {}
    # The lines so far are those of the work itself.
    work = sum(line.amount for line in lines)
    return share(work, params.percent_bps), {"of": work, "percent_bps": params.percent_bps}


def _insured(params: Insured, figures: Figures, lines: list[Line]) -> _Outcome:
    if figures.insured_value is None:
        return _NOTHING
    return max(share(figures.insured_value, params.rate_bps), params.minimum), {
        "insured_value": figures.insured_value,
        "rate_bps": params.rate_bps,
        "minimum": params.minimum,
    }


def _goods(params: Goods, figures: Figures, lines: list[Line]) -> _Outcome:
    return figures.goods, {}


def _commission(rules: Rules, lines: list[Line]) -> int:
    rule = rules.get(Step.COMMISSION)
    if rule is None:
        return 0
    assert isinstance(rule.params, Commission)
    earned = sum(line.amount for line in lines if line.code is not Step.GOODS)
    return share(earned, rule.params.percent_bps)


def _started(units: int) -> int:
    """Whole thousands, a started one counted as a whole; none below zero."""
    return max(0, -(-units // 1000))


_STEPS: Final[Mapping[Step, Callable[[Any, Figures, list[Line]], _Outcome]]] = {
    Step.BASE: _base,
    Step.DISTANCE: _distance,
    Step.WEIGHT: _weight,
    Step.DURATION: _duration,
    Step.URGENT: _urgent,
    Step.INSURED: _insured,
    Step.GOODS: _goods,
}
