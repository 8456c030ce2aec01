"""An archived tenant is erased: not at once, and not by mistake."""

from collections.abc import Callable

import pytest

from kernel.tenancy import TenantRef, platform_scope
from registry.models import (
    Erasure,
    OwnerAction,
    Tenant,
)
from tests.registry.conftest import catalog
from tests.registry.erasure.leaving import cancel, confirm, request
from tests.registry.test_moves import move
from tests.support.cast import cast, olga
from tests.support.database import PLATFORM_HOST
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.jobs import platform_jobs_run
from tests.support.stage import rows
from tests.support.threads import at_once


def test_not_before_its_time_nor_by_another_name(gamma: TenantRef, at_due: Callable[[], None]):
    erasure_id = request(gamma)["erasure"]["id"]
    untouched = rows(gamma), catalog()
    early = confirm(erasure_id)
    assert early["code"] == "ERASURE_TOO_EARLY"
    at_due()
    for slug in ("", "alpha", "Gamma", "gamma "):
        assert confirm(erasure_id, slug)["code"] == "INVALID_INPUT", slug
    assert platform_jobs_run("registry.erase") == []
    assert (rows(gamma), catalog()) == untouched
    with platform_scope():
        assert Erasure.objects.get().confirmed_at is None


def test_called_off(gamma: TenantRef, at_due: Callable[[], None]):
    erasure_id = request(gamma)["erasure"]["id"]
    assert request(gamma)["code"] == "ERASURE_OPEN"
    assert move(gamma, "tenantReopen")["code"] == "ERASURE_OPEN"
    cancelled = cancel(erasure_id)["erasure"]
    assert (cancelled["state"], cancelled["moves"]) == ("CANCELLED", [])
    assert cancelled["tenant"]["moves"] == ["REOPEN", "ERASE"]
    at_due()
    assert confirm(erasure_id)["code"] == cancel(erasure_id)["code"] == "ILLEGAL_MOVE"
    assert platform_jobs_run("registry.erase") == []
    assert move(gamma, "tenantReopen")["tenant"]["state"] == "TRIAL"
    with platform_scope():
        actions = list(OwnerAction.objects.order_by("id").values_list("action", flat=True))
    assert actions[-3:] == ["erasureRequest", "erasureCancel", "tenantReopen"]


def test_once_confirmed_there_is_no_way_back(gamma: TenantRef, at_due: Callable[[], None]):
    erasure_id = request(gamma)["erasure"]["id"]
    at_due()
    confirm(erasure_id)
    assert confirm(erasure_id)["code"] == cancel(erasure_id)["code"] == "ILLEGAL_MOVE"
    assert move(gamma, "tenantReopen")["code"] == "ERASURE_OPEN"
    assert platform_jobs_run("registry.erase") == ["registry.erase"]
    assert request(gamma)["code"] == "ILLEGAL_MOVE"


@pytest.mark.parametrize("state", ["trial", "active", "past_due", "suspended", "erased"])
def test_only_what_is_archived(alpha: TenantRef, state: str):
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(state=state)
    assert request(alpha)["code"] == "ILLEGAL_MOVE"
    with platform_scope():
        assert not Erasure.objects.exists() and not OwnerAction.objects.exists()


def test_two_owners_ask_and_confirm_at_once(gamma: TenantRef, at_due: Callable[[], None]):
    olga()
    answers = at_once(*[lambda: request(gamma)] * 3)
    assert sorted(answer.get("code", "") for answer in answers) == [
        "",
        "ERASURE_OPEN",
        "ERASURE_OPEN",
    ]
    (erasure_id,) = [answer["erasure"]["id"] for answer in answers if "erasure" in answer]
    at_due()
    answers = at_once(*[lambda: confirm(erasure_id)] * 3, lambda: cancel(erasure_id))
    assert [answer.get("code") for answer in answers].count(None) == 1
    assert len(platform_jobs_run("registry.erase")) <= 1


def test_nobody_but_an_owner(gamma: TenantRef, alpha: TenantRef):
    input = {"input": {"tenantId": global_id("Tenant", gamma.id), "reason": "x"}}
    document = """mutation($input: ErasureRequestInput!) {
      erasureRequest(input: $input) { __typename } }"""
    assert Api(PLATFORM_HOST).error_code(document, input) == "UNAUTHENTICATED"
    assert cast(alpha).ines.api.error_code(document, input) == "WRONG_HOST"
    assert Api(PLATFORM_HOST).error_code("{ erasures { totalCount } }") == "UNAUTHENTICATED"
    with platform_scope():
        assert not Erasure.objects.exists()
