"""What each step of the price pipeline charges, before it is rounded: one pure function a step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tenants.pricing.figures import FULL_DEMAND_BPS, Figures
from tenants.pricing.models import Step
from tenants.pricing.params import (
    ALL_BPS,
    AsGiven,
    Band,
    Base,
    Demand,
    Discount,
    Distance,
    Duration,
    Floors,
    Insured,
    Limit,
    Option,
    Size,
    Surcharge,
    Tax,
    Weight,
)


@dataclass(frozen=True, slots=True)
class SoFar:
    """The sum of the lines of the work, and of all that the operator does not only pass on."""

    work: int
    own: int


@dataclass(frozen=True, slots=True)
class Charge:
    """`numerator / denominator` minor units, and the figures and parameters they came from.

    `is_exact`: never rounded, since it is what the rule says, brings a sum to that or passes it on.
    `states`: the line costs nothing, it only says how much of the others it is. `in_place_of`: it
    is what a price comes to in place of that one, never more than it and never nothing; the line
    is the difference.
    """

    numerator: int
    inputs: Mapping[str, Any] = field(default_factory=dict)
    denominator: int = 1
    is_exact: bool = False
    states: bool = False
    in_place_of: int | None = None


NOTHING: Final = Charge(0)


def _base(params: Base, figures: Figures, so_far: SoFar) -> Charge:
    own = params.of_courier(figures.courier_base)
    if own is None:
        return Charge(params.amount, is_exact=True)
    return Charge(own, {"courier_base": own, "in_place_of": params.amount}, is_exact=True)


def _distance(params: Distance, figures: Figures, so_far: SoFar) -> Charge:
    meters = figures.distance_meters
    if meters is None:
        return NOTHING
    given = {"distance_meters": meters}
    if params.bands is not None:
        return _banded(params.bands, meters, params.per_km, given, "km")
    assert params.free_meters is not None
    started_km = _started(meters - params.free_meters)
    return Charge(
        params.per_km * started_km,
        {
            **given,
            "free_meters": params.free_meters,
            "started_km": started_km,
            "per_km": params.per_km,
        },
    )


def _weight(params: Weight, figures: Figures, so_far: SoFar) -> Charge:
    grams = figures.weight_grams
    if grams is None:
        return NOTHING
    given = {"weight_grams": grams}
    if params.bands is not None:
        return _banded(params.bands, grams, params.per_kg, given, "kg")
    assert params.free_grams is not None
    started_kg = _started(grams - params.free_grams)
    return Charge(
        params.per_kg * started_kg,
        {
            **given,
            "free_grams": params.free_grams,
            "started_kg": started_kg,
            "per_kg": params.per_kg,
        },
    )


def _banded(
    bands: tuple[Band, ...], figure: int, per_unit: int, given: Mapping[str, int], unit: str
) -> Charge:
    """The band that the figure lies in, or the last and each started thousand beyond it."""
    for band in bands:
        if figure <= band.up_to:
            return Charge(
                band.amount, {**given, "band_up_to": band.up_to, "band_amount": band.amount}
            )
    last = bands[-1]
    started = _started(figure - last.up_to)
    return Charge(
        last.amount + per_unit * started,
        {
            **given,
            "band_up_to": last.up_to,
            "band_amount": last.amount,
            f"started_{unit}": started,
            f"per_{unit}": per_unit,
        },
    )


def _size(params: Size, figures: Figures, so_far: SoFar) -> Charge:
    if figures.size is None:
        return NOTHING
    return Charge(params.amounts.get(figures.size, 0), {"size": figures.size})


def _duration(params: Duration, figures: Figures, so_far: SoFar) -> Charge:
    if figures.duration_minutes is None:
        return NOTHING
    minutes = max(figures.duration_minutes, params.minimum_minutes)
    return Charge(
        params.per_hour * minutes,
        {
            "duration_minutes": figures.duration_minutes,
            "charged_minutes": minutes,
            "per_hour": params.per_hour,
        },
        denominator=60,
    )


def _option(params: Option, figures: Figures, so_far: SoFar) -> Charge:
    answer = figures.answers.get(params.field)
    if answer is None:
        return NOTHING
    given = {"field": params.field, "answer": answer}
    if params.amounts is not None:
        if isinstance(answer, bool):
            answer = "yes" if answer else "no"
        chosen = answer if isinstance(answer, list) else [answer]
        return Charge(sum(params.amounts.get(key, 0) for key in chosen), given)
    if isinstance(answer, bool) or not isinstance(answer, int):
        return NOTHING
    assert params.per_unit is not None
    units = max(0, answer - params.free_units)
    return Charge(
        params.per_unit * units,
        {
            **given,
            "free_units": params.free_units,
            "charged_units": units,
            "per_unit": params.per_unit,
        },
    )


def _floors(params: Floors, figures: Figures, so_far: SoFar) -> Charge:
    if figures.floors is None:
        return NOTHING
    charged = max(0, figures.floors - params.free_floors)
    return Charge(
        params.per_floor * charged,
        {
            "floors": figures.floors,
            "free_floors": params.free_floors,
            "charged_floors": charged,
            "per_floor": params.per_floor,
        },
    )


def _surcharge(params: Surcharge, figures: Figures, so_far: SoFar) -> Charge:
    if params.percent_bps is None:
        return Charge(params.amount or 0, is_exact=True)
    return Charge(
        so_far.work * params.percent_bps,
        {"of": so_far.work, "percent_bps": params.percent_bps},
        denominator=ALL_BPS,
    )


def _urgent(params: Surcharge, figures: Figures, so_far: SoFar) -> Charge:
    return _surcharge(params, figures, so_far) if figures.urgent else NOTHING


def _demand(params: Demand, figures: Figures, so_far: SoFar) -> Charge:
    return Charge(
        so_far.work * params.percent_bps * figures.demand_bps,
        {
            "of": so_far.work,
            "percent_bps": params.percent_bps,
            "demand_bps": figures.demand_bps,
        },
        denominator=ALL_BPS * FULL_DEMAND_BPS,
    )


def _minimum(params: Limit, figures: Figures, so_far: SoFar) -> Charge:
    missing = max(0, params.amount - so_far.own)
    return Charge(missing, {"of": so_far.own, "minimum": params.amount}, is_exact=True)


def _maximum(params: Limit, figures: Figures, so_far: SoFar) -> Charge:
    beyond = max(0, so_far.own - params.amount)
    return Charge(-beyond, {"of": so_far.own, "maximum": params.amount}, is_exact=True)


def _off(params: Discount, so_far: SoFar, given: Mapping[str, Any]) -> Charge:
    price = so_far.own
    if params.percent_bps is None:
        less = price - (params.amount or 0)
        return Charge(less, {**given, "of": price}, is_exact=True, in_place_of=price)
    # It is the price that is rounded, not what is off it: a dearer order stays the dearer one.
    return Charge(
        price * (ALL_BPS - params.percent_bps),
        {**given, "of": price, "percent_bps": params.percent_bps},
        denominator=ALL_BPS,
        in_place_of=price,
    )


def _member(params: Discount, figures: Figures, so_far: SoFar) -> Charge:
    return _off(params, so_far, {"member_level": figures.member_level})


def _wave(params: Discount, figures: Figures, so_far: SoFar) -> Charge:
    return _off(params, so_far, {"wave_size": figures.wave_size})


def _insured(params: Insured, figures: Figures, so_far: SoFar) -> Charge:
    if figures.insured_value is None:
        return NOTHING
    inputs = {
        "insured_value": figures.insured_value,
        "rate_bps": params.rate_bps,
        "minimum": params.minimum,
    }
    share = figures.insured_value * params.rate_bps
    return Charge(max(share, params.minimum * ALL_BPS), inputs, denominator=ALL_BPS)


def _goods(params: AsGiven, figures: Figures, so_far: SoFar) -> Charge:
    return Charge(figures.goods, is_exact=True)


def _tip(params: AsGiven, figures: Figures, so_far: SoFar) -> Charge:
    return Charge(figures.tip, is_exact=True)


def _tax(params: Tax, figures: Figures, so_far: SoFar) -> Charge:
    inputs = {"of": so_far.own, "rate_bps": params.rate_bps}
    taxed = so_far.own * params.rate_bps
    if not params.included:
        return Charge(taxed, inputs, denominator=ALL_BPS)
    whole = ALL_BPS + params.rate_bps
    return Charge(taxed, inputs, denominator=whole, states=True)


def _started(units: int) -> int:
    """Whole thousands, a started one counted as a whole; none below zero."""
    return max(0, -(-units // 1000))


CHARGES: Final[Mapping[Step, Callable[[Any, Figures, SoFar], Charge]]] = {
    Step.BASE: _base,
    Step.DISTANCE: _distance,
    Step.WEIGHT: _weight,
    Step.SIZE: _size,
    Step.DURATION: _duration,
    Step.OPTION: _option,
    Step.FLOORS: _floors,
    Step.ZONE: _surcharge,
    Step.URGENT: _urgent,
    Step.NIGHT: _surcharge,
    Step.PEAK: _surcharge,
    Step.HOLIDAY: _surcharge,
    Step.DEMAND: _demand,
    Step.MINIMUM: _minimum,
    Step.MAXIMUM: _maximum,
    Step.MEMBER: _member,
    Step.WAVE: _wave,
    Step.INSURED: _insured,
    Step.GOODS: _goods,
    Step.TIP: _tip,
    Step.TAX: _tax,
}
