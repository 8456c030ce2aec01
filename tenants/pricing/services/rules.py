"""The rules of the living tariff: set one by one. Quotes heed them once a tariff is published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.catalog.selectors import service_exists
from tenants.places.selectors import zones_active
from tenants.pricing.conditions import YEARS, when_parse
from tenants.pricing.models import Rounding, Rule, Step
from tenants.pricing.params import params_parse, params_serialise

LABEL_LENGTH: Final = 60
MAX_RULES: Final = 1000
PRIORITIES: Final = range(-1000, 1001)
ROUND_TO: Final = range(1, 1_000_001)


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What a rule is to be; the fields are those of `Rule`."""

    step: Step
    service_id: UUID | None
    label: Mapping[str, str]
    params: Mapping[str, Any]
    when: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 0
    round_to: int = 1
    rounding: Rounding = Rounding.HALF_UP
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    active: bool = True


@transaction.atomic
def price_rule_save(*, actor: Actor, rule_id: UUID | None, draft: RuleDraft, at: datetime) -> Rule:
    """Set a new rule, or change the one with `rule_id`. Raises `NotFound` and `InvalidInput`."""
    actor.require(Right.PRICES_MANAGE)
    if draft.service_id is not None and not service_exists(draft.service_id):
        raise NotFound(what="Service")
    rule = Rule()
    if rule_id is not None:
        found = Rule.objects.select_for_update().filter(id=rule_id).first()
        if found is None:
            raise NotFound(what="PriceRule")
        rule = found
    else:
        # Two at once, each the last that fits, would be one too many.
        transaction_lock("pricing.rules")
        if Rule.objects.count() >= MAX_RULES:
            raise InvalidInput(field="ruleId", reason=f"at most {MAX_RULES} rules")
    rule_fill(rule, draft, language=brand_language(), at=at)
    zones_check([rule])
    rule.save()
    return rule


@transaction.atomic
def price_rule_remove(*, actor: Actor, rule_id: UUID) -> None:
    """Forget a rule; published tariffs keep theirs. Raises `NotFound`."""
    actor.require(Right.PRICES_MANAGE)
    removed, _ = Rule.objects.filter(id=rule_id).delete()
    if not removed:
        raise NotFound(what="PriceRule")


def zones_check(rules: Iterable[Rule]) -> None:
    """Raises `NotFound` for a zone in their conditions that is none of the operator's."""
    named = {
        UUID(zone)
        for rule in rules
        for side in ("zones_from", "zones_to")
        for zone in rule.when.get(side, ())
    }
    if named and zones_active().filter(id__in=named).count() < len(named):
        raise NotFound(what="Zone")


def rule_fill(rule: Rule, draft: RuleDraft, *, language: str | None, at: datetime) -> None:
    """Make the unsaved `rule` what the draft says. Raises `InvalidInput`.

    `language` is one that the label must have.
    """
    params = params_parse(draft.step, draft.params)
    when = when_parse(draft.step, draft.when)
    if draft.priority not in PRIORITIES:
        raise InvalidInput(field="priority", reason=f"between {PRIORITIES[0]} and {PRIORITIES[-1]}")
    if draft.round_to not in ROUND_TO:
        raise InvalidInput(field="roundTo", reason=f"between {ROUND_TO[0]} and {ROUND_TO[-1]}")
    for name, moment in (("validFrom", draft.valid_from), ("validUntil", draft.valid_until)):
        if moment is not None and moment.year not in YEARS:
            raise InvalidInput(field=name, reason=f"between {YEARS[0]} and {YEARS[-1]}")
    if draft.valid_from and draft.valid_until and draft.valid_from >= draft.valid_until:
        raise InvalidInput(field="validUntil", reason="an empty window: it ends before it begins")
    rule.step = draft.step
    rule.service_id = draft.service_id
    rule.label = texts_checked(
        draft.label, field="label", max_length=LABEL_LENGTH, language=language
    )
    rule.params = params_serialise(params)
    rule.when = when.serialise()
    rule.priority = draft.priority
    rule.round_to = draft.round_to
    rule.rounding = draft.rounding
    rule.valid_from = draft.valid_from
    rule.valid_until = draft.valid_until
    rule.active = draft.active
    rule.updated_at = at
