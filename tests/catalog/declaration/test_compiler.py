"""A declaration is proven before it is sold: each planted fault is found, at its place."""

from copy import deepcopy
from typing import Any

import pytest

from kernel.refusals import InvalidInput
from tenants.catalog.declaration import Declaration
from tenants.catalog.declaration.compiler import (
    ORDER_STATES,
    declaration_findings,
    order_of_work,
)
from tenants.catalog.declaration.worlds import MAX_WORLDS, worlds
from tenants.catalog.models import ServiceKind
from tenants.orders.models import OrderState
from tests.catalog.declaration.test_form import FORM

TEXT = {"en": "Text", "zh-Hans": "文字"}
GOOD: dict[str, Any] = {
    "stops": [{"kind": "on_site", "photo": "optional", "pin": "required"}],
    "form": FORM,
    "steps": [
        {"key": "cover", "name": TEXT, "required": True},
        {
            "key": "clean", "name": TEXT, "required": True, "photo": "required",
            "after": ["cover"], "when": {"field": "appliance", "is": ["air_conditioner"]},
        },
        {
            "key": "refill", "name": TEXT, "after": ["clean"],
            "when": {"field": "extras", "is": ["gas"]},
        },
        {"key": "test_run", "name": TEXT, "after": ["clean", "refill"]},
    ],
    "requirements": {
        "certificates": ["skill"], "exams": ["cooling"], "level": 2,
        "gender": "female", "reason": TEXT,
    },
    "cancellation": {"placed": 0, "accepted": 1000, "departed": 3000},
    "notices": [{"state": "arrived", "to": "customer", "text": TEXT}],
    "price": {"least": 100, "most": 100_000, "rises_with": ["units", "duration_minutes"]},
}  # fmt: skip


def with_change(path: str, value: Any) -> dict[str, Any]:
    """GOOD with the value at a dotted path changed."""
    declaration: Any = deepcopy(GOOD)
    *inner, last = path.split(".")
    target = declaration
    for name in inner:
        target = target[int(name) if name.isdigit() else name]
    target[int(last) if last.isdigit() else last] = value
    return declaration


def findings(stored: dict[str, Any], languages: list[str]) -> list[tuple[str, str, dict[str, Any]]]:
    declaration = Declaration.parse(stored)
    declaration.check(ServiceKind.ON_SITE)
    found = declaration_findings(declaration, {"name": TEXT}, languages=languages)
    return [(each.fault, each.path, dict(each.example)) for each in found]


def test_nothing_is_wrong_with_a_good_one():
    assert findings(GOOD, ["en", "zh-Hans"]) == []
    declaration = Declaration.parse(GOOD)
    assert Declaration.parse(declaration.serialise()) == declaration


def test_its_states_are_those_of_orders():
    assert set(OrderState) == ORDER_STATES


@pytest.mark.parametrize(
    ("path", "value", "fault", "place"),
    [
        ("form.0.label", {"en": "Only"}, "text_missing", "form.0.label"),
        ("form.0.options.1.label", {"en": "Only"}, "text_missing", "form.0.options.1.label"),
        ("steps.1.name", {"zh-Hans": "清洗"}, "text_missing", "steps.1.name"),
        ("notices.0.text", {"en": "Only"}, "text_missing", "notices.0.text"),
        ("requirements.reason", {"en": "Only"}, "text_missing", "requirements.reason"),
        (
            "form.3.when",
            {"all": [{"field": "appliance", "is": ["fridge"]}, {"field": "units", "at_least": 2}]},
            "never_asked", "form.3.when",
        ),
        (
            "form.3.when",
            {
                "all": [
                    {"field": "units", "at_least": 3},
                    {"not": {"field": "units", "at_least": 2}},
                ]
            },
            "never_asked", "form.3.when",
        ),
        (
            "steps.1.when",
            {"all": [{"field": "lift", "is": [True]}, {"field": "lift", "is": [False]}]},
            "never_done", "steps.1.when",
        ),
        (
            "steps.2.when", {"field": "appliance", "is": ["fridge"]},
            "waits_for_nothing", "steps.2.after.0",
        ),
        ("notices.0.state", "asleep", "never_said", "notices.0.state"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(path: str, value: Any, fault: str, place: str):
    found = findings(with_change(path, value), ["en", "zh-Hans"])
    assert (fault, place) in [(each[0], each[1]) for each in found]


def test_what_would_be_unreachable_says_whether_it_was_needed():
    never = {"not": {"any": [{"field": "lift", "is": [True, False]},
                             {"not": {"field": "lift", "is": [True, False]}}]}}  # fmt: skip
    found = findings(with_change("steps.1.when", never), [])
    assert ("never_done", "steps.1.when", {"required": True}) in found


@pytest.mark.parametrize(
    ("path", "value", "field", "reason"),
    [
        ("steps.0.after", ["test_run"], "steps.", "a loop: "),
        ("steps.0.after", ["cover"], "steps.0.after", "a loop: cover → cover"),
        ("steps.0.after", ["nothing"], "steps.0.after", "no step"),
        ("steps.0.stop", 1, "steps.0.stop", "1 stops"),
        ("steps.0.key", "clean", "steps", "there twice"),
        ("steps.0.when", {"field": "colour", "is": ["red"]}, "steps.0.when", "no question"),
        ("requirements.reason", {}, "requirements.reason", "allows it"),
        ("requirements.gender", "tall", "requirements.gender", "one of"),
        ("requirements.level", 10, "requirements.level", "between"),
        ("cancellation.departed", 500, "cancellation.departed", "earlier stage"),
        ("cancellation.placed", 10_001, "cancellation.placed", "between"),
        ("cancellation.asleep", 0, "cancellation.asleep", "unknown"),
        ("price.least", 0, "price.least", "between"),
        ("price.least", 2**53, "price.least", "between"),
        ("price.most", 99, "price.most", "below least"),
        ("price.rises_with", ["lift"], "price.risesWith", "no figure"),
        ("price.rises_with", ["units", "units"], "price.rises_with", "there twice"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(path, value, field: str, reason: str):
    with pytest.raises(InvalidInput) as refused:
        findings(with_change(path, value), [])
    assert refused.value.field.startswith(field) and reason in refused.value.reason


def test_more_cases_than_can_be_looked_at_are_said_to_be():
    fields = [
        {
            "key": f"n{number}", "type": "number", "least": 0, "most": 9, "label": TEXT,
        }
        for number in range(12)
    ]  # fmt: skip
    every = {"all": [{"field": f"n{number}", "at_least": 3} for number in range(12)]}
    stored = GOOD | {"form": [*FORM, *fields], "steps": [{"key": "s", "name": TEXT, "when": every}]}
    assert MAX_WORLDS < 5**12
    assert [each[0] for each in findings(stored, [])] == ["too_many_cases"]


def test_every_world_can_be_answered():
    form = Declaration.parse(GOOD).form
    tests = [test for field in form.fields if field.when for test in field.when.tests()]
    seen = [dict(answers) for answers in worlds(form, {"lift"}, tests)]
    assert {"appliance": "fridge"} in seen
    for answers in seen:
        assert form.answers_checked(answers, region=None) == answers


def test_the_work_of_an_order_is_what_its_answers_ask_for():
    steps = Declaration.parse(GOOD).steps

    def keys(answers: dict[str, Any]) -> list[str]:
        return [step.key for step in order_of_work(steps, answers)]

    assert keys({"appliance": "fridge"}) == ["cover", "test_run"]
    assert keys({"appliance": "air_conditioner", "extras": ["gas"]}) == [
        "cover", "clean", "refill", "test_run"
    ]  # fmt: skip
