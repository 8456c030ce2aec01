"""A frozen tenant is read by everybody and written by nobody, until it is let go."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.http import HttpRequest
from graphql import OperationType
from psycopg.errors import InsufficientPrivilege

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from registry.fleet import freeze
from registry.fleet.freeze import WritersRemain, freeze_lift, tenant_frozen
from registry.resolver import resolver
from schema.core.context import Context
from schema.core.execution import execute_request
from schema.root import schema
from tenants.journal.models import Event
from tests.registry.archives.business import event_write, sums
from tests.support.cast import cast
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.moving import row

ADDRESS = """mutation { addressSave(input: {
  position: {point: {latitude: 53.5, longitude: -1.5}},
  contactName: "Maya", phone: "+447946009300", text: "3 Lake Road"
}) { __typename } }"""
MOVING = {"code": "TENANT_MOVING", "retryAfterSeconds": 5}


@contextmanager
def writing(tenant: TenantRef) -> Iterator[threading.Event]:
    """Somebody who has written, and commits when told."""
    began, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with tenant_scope(tenant), transaction.atomic():
            Event.objects.create(stream="x", seq=1, kind="x", at=SOME_DAY)
            began.set()
            may_end.wait(30)
        connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert began.wait(30)
        yield may_end
    finally:
        may_end.set()
        thread.join()


def post(tenant: TenantRef, document: str, token: str, accept: str = "application/json") -> Any:
    return Api(f"{tenant.slug}.localhost").client.post(
        "/graphql",
        {"query": document},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Accept": accept},
    )


def test_reading_goes_on_and_writing_is_told_when_to_try_again(gamma: TenantRef):
    maya, ines = cast(gamma).maya, cast(gamma).ines
    before = sums(gamma)
    with tenant_frozen(gamma, at=clock.now()):
        assert row(gamma).ref().moving
        for member, document in (
            (maya, "{ brand { currency } addresses { id } }"),
            (ines, "{ orders(first: 5) { totalCount } staff(first: 2) { totalCount } }"),
        ):
            member.api.run(document)
        answer = post(gamma, ADDRESS, maya.token)
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["extensions"]) == (200, MOVING)
        proper = post(gamma, ADDRESS, maya.token, "application/graphql-response+json")
        assert (proper.status_code, proper.headers["Retry-After"]) == (503, "5")
        assert Api("alpha.localhost").run("{ brand { currency } }")
        assert sums(gamma) == before
    assert maya.api.run(ADDRESS)["addressSave"]["__typename"] == "AddressSaveSuccess"


def test_a_request_on_its_way_is_refused_by_the_database_and_told_the_same(gamma: TenantRef):
    """It was let in before the freeze, and knows the tenant as it was then."""
    maya = cast(gamma).maya
    known = resolver.by_schema(gamma.schema)
    assert known is not None
    before = sums(gamma)
    with tenant_frozen(gamma, at=clock.now()):
        assert not known.moving
        with tenant_scope(known):
            answer = execute_request(
                schema,
                document=ADDRESS,
                variables=None,
                operation_name=None,
                context=Context(token=maya.token, accept_language="", request=HttpRequest()),
                allowed_operations=OperationType,
            )
        assert [error["extensions"] for error in answer.errors] == [MOVING]
        with pytest.raises(DatabaseError) as refused:
            event_write(known, 1)
        assert isinstance(refused.value.__cause__, InsufficientPrivilege)
        assert sums(gamma) == before
    event_write(known, 1)


def test_what_the_database_forbids_of_a_tenant_at_home_stays_a_bug(
    gamma: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    maya = cast(gamma).maya
    with tenant_scope(gamma), connections["owner"].cursor() as cursor:
        cursor.execute(f"REVOKE INSERT ON places_address FROM {gamma.schema}")
    (error,) = maya.api.post(ADDRESS)["errors"]
    assert error["extensions"]["code"] == "INTERNAL"


def test_whoever_was_writing_finishes_first(gamma: TenantRef):
    with writing(gamma) as may_end:
        threading.Timer(1.0, may_end.set).start()
        with tenant_frozen(gamma, at=clock.now()):
            with tenant_scope(gamma):
                assert Event.objects.filter(stream="x").count() == 1


def test_a_writer_who_does_not_end_is_left_alone_and_the_tenant_as_it_was(
    gamma: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(freeze, "DRAIN_SECONDS", 0.5)
    with writing(gamma):
        with pytest.raises(WritersRemain, match="does not end"):
            with tenant_frozen(gamma, at=clock.now()):
                pytest.fail("it is written to")
        assert not row(gamma).ref().moving
        event_write(gamma, 2)
    with tenant_scope(gamma):
        assert Event.objects.filter(stream="x").count() == 2


def test_it_is_undone_whatever_happens_within_and_done_twice_does_no_harm(gamma: TenantRef):
    with pytest.raises(ZeroDivisionError), tenant_frozen(gamma, at=clock.now()):
        raise ZeroDivisionError
    event_write(gamma, 1)
    freeze_lift(gamma.id)
    event_write(gamma, 2)
    with tenant_scope(gamma), connections["default"].cursor() as cursor:
        # No more rights than before: what may only be added to stays so.
        with pytest.raises(DatabaseError):
            cursor.execute("DELETE FROM journal_event")
