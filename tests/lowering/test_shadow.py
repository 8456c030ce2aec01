"""One answer of so many is compared, and a plan that was wrong is switched off."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef
from schema.lowering import plans
from schema.lowering.roots import ToldList
from tests.lowering.both import both, outcome
from tests.support.world import world

SHELVES = "{ categories { id name } }"


@pytest.fixture(autouse=True)
def _all_compared(settings: Any) -> None:
    settings.LOWERING_SHADOW = 1


def test_a_right_answer_stays_lowered(alpha: TenantRef):
    world(alpha)
    by_sql, by_core = both(alpha, SHELVES)
    assert by_sql.text == by_core.text
    assert by_sql.decisions == {"categories": None}


def test_a_wrong_one_is_not_given_and_its_plan_is_switched_off(
    alpha: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    world(alpha)
    monkeypatch.setattr(ToldList, "text", lambda self, *_: '[{"id": "x", "name": "y"}]')
    by_sql, by_core = both(alpha, SHELVES)
    assert by_sql.text == by_core.text
    [plan] = plans.kept()
    assert plan.refused == "it was answered wrong"
    monkeypatch.undo()
    assert outcome(alpha, SHELVES).decisions == {"categories": "it was answered wrong"}


def test_rows_that_change_in_between_are_no_fault(
    alpha: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    world(alpha)
    told, texts = ToldList.text, iter(["[]"])
    monkeypatch.setattr(ToldList, "text", lambda self, by: next(texts, None) or told(self, by))
    outcome(alpha, SHELVES)
    [plan] = plans.kept()
    assert plan.refused is None
