"""Offers go to those who have what the service asks for."""

from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.declaration import Declaration
from tenants.couriers.models import Courier, Document
from tenants.dispatch.selectors import couriers_to_ask
from tests.support.factories_orders import (
    FETCH_AND_BRING,
    DocumentFactory,
    order_placed,
    service_version,
)
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, nothing_changes, stage

REASON = {"en": "A women's dormitory", "zh-Hans": "女生宿舍"}


def asked(on: Stage, requirements: dict[str, Any]) -> list[str]:
    """The names of those who are asked for an order of a service with these requirements."""
    stored = FETCH_AND_BRING.serialise() | {"requirements": requirements}
    with tenant_scope(on.tenant):
        version = service_version(Declaration.parse(stored))
        order = order_placed(on.maya, clock.now(), version=version)
        return sorted(each.display_name for each in couriers_to_ask(order=order, at=clock.now()))


def qualify(on: Stage, **given: Any) -> Any:
    input = {"courierId": global_id("Courier", on.courier.id), **given}
    return mutate(on.ines.api, "courierQualify", input, "courier { exams level gender }")


def test_nothing_asked_asks_everybody(alpha: TenantRef):
    assert asked(stage(alpha, on_duty=True), {}) == ["Rita K.", "Tomas B."]


@pytest.mark.parametrize(
    ("requirements", "given"),
    [
        ({"exams": ["cooling"]}, {"exams": ["cooling", "gas"]}),
        ({"exams": ["cooling", "gas"]}, {"exams": ["gas", "cooling"]}),
        ({"level": 3}, {"level": 3}),
        ({"gender": "female", "reason": REASON}, {"gender": "FEMALE"}),
    ],
)
def test_who_has_shown_it_is_asked(alpha: TenantRef, requirements, given):
    on = stage(alpha, on_duty=True)
    assert asked(on, requirements) == []
    expected = {"exams": sorted(given.get("exams", [])), "level": 0, "gender": None}
    assert qualify(on, **given)["courier"] == expected | {
        name: value for name, value in given.items() if name != "exams"
    }
    assert asked(on, requirements) == ["Tomas B."]


@pytest.mark.parametrize(
    ("verdict", "expected"), [("accepted", ["Tomas B."]), ("pending", []), ("rejected", [])]
)
def test_a_certificate_counts_once_it_is_accepted(alpha: TenantRef, verdict: str, expected):
    on = stage(alpha, on_duty=True)
    with tenant_scope(alpha):
        DocumentFactory(courier=on.courier, kind=Document.Kind.HEALTH, verdict=verdict)
    assert asked(on, {"certificates": ["health"]}) == expected
    assert asked(on, {"certificates": ["health", "skill"]}) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"level": 10}, "level"),
        ({"level": -1}, "level"),
        ({"exams": [""]}, "exams"),
        ({"exams": ["x" * 41]}, "exams"),
        ({"exams": [str(n) for n in range(51)]}, "exams"),
    ],
)
def test_what_nobody_can_have_is_refused(alpha: TenantRef, given, field: str):
    on = stage(alpha)
    with nothing_changes(alpha):
        assert qualify(on, **given)["code"] == "INVALID_INPUT"
    with tenant_scope(alpha):
        assert Courier.objects.get(id=on.courier.id).qualified_at is None
