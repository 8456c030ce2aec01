"""The totals of very many prices by one set of rules, for proofs.

The pipeline's own functions, asked less often: which rules of a step are heard, and what they
charge, is found out once for all points that the step cannot tell apart, since neither depends on
anything but the figures named here and what the lines before come to.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from tenants.pricing.dimensions import Dimensions, Place, figures_at, point_at
from tenants.pricing.figures import FLOORS, LIFT, SIZE, Figures
from tenants.pricing.models import Step
from tenants.pricing.params import Option
from tenants.pricing.pipeline import PASSED_ON, WORK, PricedBy, Rules, charged, heard
from tenants.pricing.steps import SoFar

CHARGED_BY: Final[Mapping[Step, frozenset[str]]] = {
    Step.BASE: frozenset({"courier_base"}),
    Step.DISTANCE: frozenset({"distance_meters"}),
    Step.WEIGHT: frozenset({"weight_grams"}),
    Step.SIZE: frozenset({f"answers.{SIZE}"}),
    Step.DURATION: frozenset({"duration_minutes"}),
    Step.FLOORS: frozenset({f"answers.{FLOORS}", f"answers.{LIFT}"}),
    Step.URGENT: frozenset({"urgent"}),
    Step.DEMAND: frozenset({"demand_bps"}),
    Step.INSURED: frozenset({"insured_value"}),
    Step.MEMBER: frozenset({"member_level"}),
    Step.WAVE: frozenset({"wave_size"}),
}
"""The figures that a step's charge is made of; an option's is the answer that it names."""

OF_WORK: Final = frozenset(
    {Step.ZONE, Step.URGENT, Step.NIGHT, Step.PEAK, Step.HOLIDAY, Step.DEMAND}
)
OF_OWN: Final = frozenset({Step.MINIMUM, Step.MAXIMUM, Step.MEMBER, Step.WAVE, Step.TAX})
"""Steps whose charge depends on the lines before: on those of the work, or on all of its own."""

GIVEN: Final = frozenset({Step.PROMOTION, Step.COMMISSION})
"""What no rule adds a line for."""


@dataclass(slots=True)
class _Told:
    """What is heard at the points that a step takes for one, and what it comes to by the sum that
    it is of."""

    rules: tuple[PricedBy, ...]
    figures: Figures
    amounts: dict[int, int] = field(default_factory=dict)


class _StepTotals:
    """One step's rules over all points."""

    def __init__(self, step: Step, rules: tuple[PricedBy, ...], dimensions: Dimensions) -> None:
        names = [*dimensions]
        self.step = step
        self._rules = rules
        self._dimensions = dimensions
        made_of = {name for rule in rules for name in _charged_by(rule)}
        self._charges = _axes(names, made_of)
        self.told = _axes(names, made_of.union(*(_heard_by(rule) for rule in rules)))
        self.known: dict[object, _Told] = {}
        self._amounts: dict[object, dict[int, int]] = {}

    def tell(self, place: Place) -> _Told:
        figures = figures_at(point_at(self._dimensions, place))
        rules = heard(self._rules, figures)
        # Different times and zones at which the same rules are heard cost the same.
        same = tuple(map(id, rules)), self._charges(place)
        told = _Told(rules, figures, self._amounts.setdefault(same, {}))
        self.known[self.told(place)] = told
        return told


class Totals:
    """What each point costs, without promotions."""

    def __init__(self, dimensions: Dimensions, rules: Rules) -> None:
        self._steps = [
            _StepTotals(step, rules[step], dimensions)
            for step in Step
            if step not in GIVEN and rules.get(step)
        ]
        self._has_base = Step.BASE in rules
        self._known: dict[Place, int | None] = {}

    def at(self, place: Place) -> int | None:
        """The total there in minor units; None where no base price applies."""
        if place not in self._known:
            self._known[place] = self._total(place)
        return self._known[place]

    def _total(self, place: Place) -> int | None:
        if not self._has_base:
            return None
        work = own = total = 0
        for of_step in self._steps:
            told = of_step.known.get(of_step.told(place)) or of_step.tell(place)
            if not told.rules:
                if of_step.step is Step.BASE:
                    return None
                continue
            step = of_step.step
            of = work if step in OF_WORK else own if step in OF_OWN else 0
            amount = told.amounts.get(of)
            if amount is None:
                so_far = SoFar(work=work, own=own)
                lines = (charged(rule, told.figures, so_far) for rule in told.rules)
                amount = told.amounts[of] = sum(line.amount for line in lines if line)
            total += amount
            if step not in PASSED_ON:
                own += amount
            if step in WORK:
                work += amount
        return total


def _charged_by(rule: PricedBy) -> Iterator[str]:
    if isinstance(rule.params, Option):
        yield f"answers.{rule.params.field}"
    yield from CHARGED_BY.get(rule.step, ())


def _heard_by(rule: PricedBy) -> Iterator[str]:
    when = rule.when
    if rule.valid_from is not None or rule.valid_until is not None:
        yield "at"
    if when.timed:
        yield from ("moment", "day")
    for name in ("zones_from", "zones_to"):
        if getattr(when, name):
            yield name.replace("zones", "zone")
    if when.member_levels:
        yield "member_level"
    for name in ("distance_meters", "weight_grams", "wave_size", "urgent"):
        if getattr(when, name) is not None:
            yield name
    for test in when.answers:
        yield f"answers.{test.field}"


def _axes(names: Sequence[str], of: set[str]) -> Callable[[Place], Any]:
    """What of a place is about these dimensions."""
    axes = [number for number, name in enumerate(names) if name in of]
    return itemgetter(*axes) if axes else lambda place: ()
