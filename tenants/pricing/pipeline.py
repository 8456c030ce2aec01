"""The price of a service: a pure function of rules and figures. README.md describes it in a page.

Nothing here reads a clock, a row or a setting: equal rules and figures give equal lines for ever,
which is what replaying a quote relies on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from tenants.pricing.conditions import ALWAYS, When, when_parse
from tenants.pricing.figures import Figures
from tenants.pricing.models import Rounding, Rule, Step
from tenants.pricing.params import ALL_BPS, AsGiven, Commission, Params, params_parse
from tenants.pricing.rounding import rounded
from tenants.pricing.steps import CHARGES, Charge, SoFar

EACH: Final = frozenset(
    {
        Step.OPTION,
        Step.FLOORS,
        Step.ZONE,
        Step.URGENT,
        Step.NIGHT,
        Step.PEAK,
        Step.HOLIDAY,
        Step.DEMAND,
    }
)
"""Steps of which every rule that applies adds a line; of the others the first that applies does.

Where one of a service's own applies, the general ones of its step do not, but for options: those
ask about answers, and one service may ask what all do and more.
"""

WORK: Final = frozenset(
    {
        Step.BASE,
        Step.DISTANCE,
        Step.WEIGHT,
        Step.SIZE,
        Step.DURATION,
        Step.OPTION,
        Step.FLOORS,
    }
)
"""The lines of the work itself, which surcharges are a share of: never of one another."""

PASSED_ON: Final = frozenset({Step.GOODS, Step.TIP})
"""What the operator only passes on: no promotion, tax or commission is of it."""


@dataclass(frozen=True, slots=True)
class PricedBy:
    """A rule in force, what customers read on its line included. None is a rule without a row."""

    step: Step
    label: Mapping[str, str]
    params: Params
    when: When = ALWAYS
    priority: int = 0
    round_to: int = 1
    rounding: Rounding = Rounding.HALF_UP
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    rule_id: str | None = None
    service_id: str | None = None

    def applies(self, figures: Figures) -> bool:
        """Whether it is in force when the price is made, and meant for such an order."""
        if self.valid_from is not None and (figures.at is None or figures.at < self.valid_from):
            return False
        if self.valid_until is not None and (figures.at is None or figures.at >= self.valid_until):
            return False
        return self.when.holds(figures)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `amount` minor units by `code`, and the figures and parameters it came from."""

    code: Step
    label: Mapping[str, str]
    amount: int
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Priced:
    """`total` is the sum of the lines; `commission`, the operator's part, is within it."""

    lines: tuple[Line, ...]
    total: int
    commission: int

    @property
    def own(self) -> int:
        """What promotions may take from: all but what is only passed on."""
        return _own(list(self.lines))

    @property
    def has_base(self) -> bool:
        """Whether a base price applied, without which there is no price at all."""
        return any(line.code is Step.BASE for line in self.lines)


type Rules = Mapping[Step, tuple[PricedBy, ...]]
"""By step, in the order in which they are looked at."""

UNWORDED: Final = (
    PricedBy(Step.GOODS, {"zh-Hans": "商品金额", "en": "Goods"}, AsGiven()),
    PricedBy(Step.TIP, {"zh-Hans": "小费", "en": "Tip"}, AsGiven()),
)
"""Goods and tips are always charged, whether or not the operator has words of its own for them."""


def published_form(rule: Rule) -> dict[str, Any]:
    """A rule as a tariff keeps it."""
    return {
        "id": str(rule.id),
        "step": rule.step,
        "service_id": str(rule.service_id) if rule.service_id else None,
        "label": rule.label,
        "params": rule.params,
        "when": rule.when,
        "priority": rule.priority,
        "round_to": rule.round_to,
        "rounding": rule.rounding,
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
        "valid_until": rule.valid_until.isoformat() if rule.valid_until else None,
    }


def rule_parse(published: Mapping[str, Any]) -> PricedBy:
    """The inverse of `published_form`. A tariff of earlier days says less: what was so then."""
    step = Step(published["step"])
    since, until = (published.get(name) for name in ("valid_from", "valid_until"))
    return PricedBy(
        step=step,
        label=published["label"],
        params=params_parse(step, published["params"]),
        when=when_parse(step, published.get("when", {})),
        priority=published.get("priority", 0),
        round_to=published.get("round_to", 1),
        rounding=Rounding(published.get("rounding", Rounding.HALF_UP)),
        valid_from=datetime.fromisoformat(since) if since else None,
        valid_until=datetime.fromisoformat(until) if until else None,
        rule_id=published.get("id"),
        service_id=published["service_id"],
    )


def rules_for(published: Iterable[Mapping[str, Any]], service_id: UUID) -> Rules:
    """The rules that hold for a service, of a tariff's. `published` is as `Tariff.rules` has it."""
    return rules_of((rule_parse(rule) for rule in published), service_id)


def rules_of(parsed: Iterable[PricedBy], service_id: UUID) -> Rules:
    """The same of rules that are parsed."""
    own = (None, str(service_id))
    return in_order(rule for rule in parsed if rule.service_id in own)


def in_order(rules: Iterable[PricedBy]) -> Rules:
    """By step; in it a service's own before general ones, higher priority, and the older first."""
    by_step: dict[Step, list[PricedBy]] = {}
    for rule in (*rules, *UNWORDED):
        by_step.setdefault(rule.step, []).append(rule)
    return {step: tuple(sorted(found, key=_precedence)) for step, found in by_step.items()}


def _precedence(rule: PricedBy) -> tuple[bool, int, str]:
    # The ids of rows count up with time; a rule without a row comes after those with one.
    return rule.service_id is None, -rule.priority, rule.rule_id or "~"


def price(rules: Rules, figures: Figures) -> Priced:
    """Run the steps in their order. A step without a rule or a figure, or worth 0, has no line."""
    lines: list[Line] = []
    work = own = 0
    for step in Step:
        if step is Step.PROMOTION:
            added = [*_granted(figures, own)]
        elif step is not Step.COMMISSION and step in rules:
            so_far = SoFar(work=work, own=own)
            found = (charged(rule, figures, so_far) for rule in heard(rules[step], figures))
            added = [line for line in found if line is not None]
        else:
            continue
        lines += added
        amount = sum(line.amount for line in added)
        if step not in PASSED_ON:
            own += amount
        if step in WORK:
            work += amount
    return Priced(
        lines=tuple(lines),
        total=sum(line.amount for line in lines),
        commission=_commission(rules, figures, lines),
    )


def heard(rules: tuple[PricedBy, ...], figures: Figures) -> tuple[PricedBy, ...]:
    """Those of one step's rules that have a say in this price."""
    found: list[PricedBy] = []
    own_applied = False
    for rule in rules:
        if own_applied and rule.service_id is None and rule.step is not Step.OPTION:
            break
        if rule.applies(figures):
            own_applied = rule.service_id is not None
            found.append(rule)
            if rule.step not in EACH:
                break
    return tuple(found)


def charged(rule: PricedBy, figures: Figures, so_far: SoFar) -> Line | None:
    """The line of a rule that is heard; None where it is worth nothing."""
    charge = CHARGES[rule.step](rule.params, figures, so_far)
    amount, note = _rounded(rule, charge)
    if charge.in_place_of is not None:
        amount = min(max(amount, 1), charge.in_place_of) - charge.in_place_of
    if not amount:
        return None
    inputs = {**charge.inputs, **note}
    if rule.rule_id is not None:
        inputs["rule_id"] = rule.rule_id
    if charge.states:
        inputs["included"], amount = amount, 0
    return Line(code=rule.step, label=rule.label, amount=amount, inputs=inputs)


def _rounded(rule: PricedBy, charge: Charge) -> tuple[int, Mapping[str, Any]]:
    """The charge as its rule rounds it, and what to say of that where it made a difference."""
    if charge.is_exact:
        return charge.numerator, {}
    amount = rounded(charge.numerator, charge.denominator, to=rule.round_to, how=rule.rounding)
    if amount * charge.denominator == charge.numerator:
        return amount, {}
    unrounded = round(Decimal(charge.numerator) / charge.denominator, 4)
    return amount, {
        "unrounded": format(unrounded.normalize(), "f"),
        "round_to": rule.round_to,
        "rounding": rule.rounding.value,
    }


def _granted(figures: Figures, own: int) -> Iterator[Line]:
    """What promotions take off `own`, one minor unit of it left to pay."""
    left = own - 1
    for granted in figures.granted:
        off = min(granted.amount, left)
        if off > 0:
            left -= off
            yield Line(
                code=Step.PROMOTION,
                label=granted.label,
                amount=-off,
                inputs={"promotion": granted.promotion, "granted": granted.amount},
            )


def _commission(rules: Rules, figures: Figures, lines: list[Line]) -> int:
    """The operator's part: its share of its own lines, and the tax on top, which it has to pay."""
    tax = sum(line.amount for line in lines if line.code is Step.TAX)
    earned = _own(lines) - tax
    for rule in rules.get(Step.COMMISSION, ()):
        if rule.applies(figures):
            assert isinstance(rule.params, Commission)
            share = rounded(
                earned * rule.params.percent_bps, ALL_BPS, to=rule.round_to, how=rule.rounding
            )
            return min(share, earned) + tax
    return tax


def _own(lines: list[Line]) -> int:
    """The sum of all lines that the operator does not only pass on."""
    return sum(line.amount for line in lines if line.code not in PASSED_ON)
