"""What is checked before prices are published: the rules among themselves, then every price."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from kernel.refusals import InvalidInput, Refusal
from tenants.brand.selectors import brand_zone
from tenants.catalog.declaration import Declaration
from tenants.catalog.declaration.conditions import Condition
from tenants.catalog.declaration.form import Form
from tenants.catalog.models import Service, ServiceVersion
from tenants.places.selectors import zones_active
from tenants.pricing.figures import FLOORS, SIZE
from tenants.pricing.models import Step
from tenants.pricing.params import Option
from tenants.pricing.pipeline import PricedBy, rules_of
from tenants.pricing.proofs import Known, findings
from tenants.pricing.shadows import hidden, shadows


@dataclass(eq=False)
class RulesShadow(Refusal):
    """Two rules of a step can apply to one order, and nothing says which goes first.

    They are named by what customers read, and by the ids of their rows.
    """

    step: str
    first: dict[str, str]
    second: dict[str, str]
    first_id: str
    second_id: str


@dataclass(eq=False)
class RuleNeverApplies(Refusal):
    """A rule can never apply: `reason` says why, `other` names the rule that hides it, if one."""

    step: str
    rule: dict[str, str]
    rule_id: str
    reason: str
    other: dict[str, str]
    other_id: str


@dataclass(eq=False)
class PriceUnsound(Refusal):
    """A price breaks what was declared of it, at the `figures` given.

    `amount`, and what the lesser figures of a price that falls cost, `earlier`, as minor units in
    decimal digits, since they may be beyond what programs hold.
    """

    service: dict[str, str]
    fault: str
    figures: str
    amount: str
    before: str
    earlier: str


def rules_check(rules: Sequence[PricedBy], services: Iterable[Service], *, at: datetime) -> None:
    """Raises `RulesShadow` or `RuleNeverApplies` for the first rules that make no sense together.

    Those that are switched off are not among them.
    """
    for one, other in shadows(rules):
        raise RulesShadow(
            step=one.step.value,
            first=dict(one.label),
            second=dict(other.label),
            first_id=one.rule_id or "",
            second_id=other.rule_id or "",
        )
    for rule, other in hidden(rules):
        raise _never(rule, "another rule always goes before it", other)
    forms = {
        str(service.id): Declaration.parse(service.version.declaration).form
        for service in services
        if service.version is not None
    }
    zones = _zones_of(rules)
    dated = any(rule.when.dates for rule in rules)
    today = at.astimezone(brand_zone() if dated else UTC).date()
    for rule in rules:
        form = forms.get(rule.service_id) if rule.service_id else None
        if reason := _never_because(rule, form, zones, at, today):
            raise _never(rule, reason)


def prices_check(
    rules: Sequence[PricedBy],
    version: ServiceVersion,
    *,
    service_id: UUID,
    at: datetime,
    known: Known | None = None,
) -> None:
    """Raises `PriceUnsound` with an example unless every price of the version is sound.

    `known` carries what services of one tariff have in common from one to the next.
    """
    for found in findings(version, rules_of(rules, service_id), at=at, known=known):
        raise PriceUnsound(
            service=version.name,
            fault=found.fault,
            figures=found.figures,
            amount=str(found.amount),
            before=found.before,
            earlier=str(found.earlier),
        )


def _zones_of(rules: Iterable[PricedBy]) -> set[str]:
    """The zones there are, where a rule names any."""
    if not any(rule.when.zones_from or rule.when.zones_to for rule in rules):
        return set()
    return {str(zone) for zone in zones_active().values_list("id", flat=True)}


def _never_because(
    rule: PricedBy, form: Form | None, zones: set[str], at: datetime, today: date
) -> str:
    """Why the rule can never apply from now on; empty if it can."""
    if rule.valid_until is not None and rule.valid_until <= at:
        return "it has run out"
    dates = rule.when.dates
    # A quote can be for later, never for a day gone by.
    if (
        dates is not None
        and dates.end is not None
        and dates.end < at.astimezone(brand_zone()).date()
    ):
        return "its dates have gone by"
    for named in (rule.when.zones_from, rule.when.zones_to):
        if named and not named & zones:
            return "none of its zones is there any more"
    if form is not None:
        return _unasked(rule, form)
    return ""


def _unasked(rule: PricedBy, form: Form) -> str:
    """Which answer the rule waits for that the service's form does not ask for."""
    for test in rule.when.answers:
        try:
            form.check_condition(Condition(test=test), path="")
        except InvalidInput as invalid:
            return invalid.reason
    needed = {Step.SIZE: SIZE, Step.FLOORS: FLOORS}.get(rule.step)
    if isinstance(rule.params, Option):
        needed = rule.params.field
    if needed is not None and form.field(needed) is None:
        return f"there is no question {needed!a}"
    return ""


def _never(rule: PricedBy, reason: str, other: PricedBy | None = None) -> RuleNeverApplies:
    return RuleNeverApplies(
        step=rule.step.value,
        rule=dict(rule.label),
        rule_id=rule.rule_id or "",
        reason=reason,
        other=dict(other.label) if other else {},
        other_id=(other.rule_id or "") if other else "",
    )
