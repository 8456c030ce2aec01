"""Addresses: one's own, encrypted, at most twenty."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.geometry import Position
from tenants.places.models import Address
from tenants.places.services import MAX_ADDRESSES, TooMany, address_save
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY, admin_connection
from tests.support.factories import CAMPUS, AddressFactory, PlaceFactory
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.threads import at_once

SAVE = """
mutation Save($input: AddressSaveInput!) {
  addressSave(input: $input) {
    ... on AddressSaveSuccess {
      address { id contactName phone text door latitude longitude place { name } }
    }
    ... on InvalidInputError { field }
    ... on NotFoundError { what }
    ... on TooManyError { limit }
    ... on UserError { code }
  }
}
"""
REMOVE = """
mutation Remove($id: ID!) {
  addressRemove(input: {addressId: $id}) {
    ... on AddressRemoveSuccess { addressId }
    ... on UserError { code message }
  }
}
"""
ADDRESSES = "{ addresses { id contactName phone text door place { name } } }"
NODE = "query ($id: ID!) { node(id: $id) { ... on Address { text } } }"
POINT = {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}
GIVEN = {
    "position": {"point": POINT},
    "contactName": "Mei Lin",
    "phone": "139 0000 1111",
    "text": "12 Garden Road",
    "door": "4B",
}


@pytest.fixture
def maya(alpha: TenantRef) -> Member:
    return cast(alpha).maya


@contextmanager
def unchanged(tenant: TenantRef) -> Iterator[None]:
    def rows() -> list[dict]:
        with tenant_scope(tenant):
            return list(Address.objects.order_by("id").values())

    before = rows()
    yield
    assert rows() == before


def save(by: Member, **changes: Any) -> dict:
    return by.api.run(SAVE, {"input": {**GIVEN, **changes}})["addressSave"]


def test_an_address_is_kept_changed_and_forgotten(alpha: TenantRef, maya: Member):
    address = save(maya)["address"]
    assert address | {"id": ""} == {
        "id": "",
        "contactName": "Mei Lin",
        "phone": "+8613900001111",
        "text": "12 Garden Road",
        "door": "4B",
        "latitude": CAMPUS[0],
        "longitude": CAMPUS[1],
        "place": None,
    }
    with tenant_scope(alpha):
        gate = PlaceFactory(latitude=39.5)
    at_gate = {"placeId": global_id("Place", gate.id)}
    changed = save(maya, id=address["id"], position=at_gate, door="")["address"]
    assert changed["id"] == address["id"] and changed["latitude"] == 39.5
    assert changed["place"] is not None and changed["door"] == ""
    assert [found["id"] for found in maya.api.run(ADDRESSES)["addresses"]] == [address["id"]]
    maya.api.run(REMOVE, {"id": address["id"]})
    assert maya.api.run(ADDRESSES) == {"addresses": []}
    assert maya.api.run(NODE, {"id": address["id"]}) == {"node": None}
    with tenant_scope(alpha):
        assert not Address.objects.exists()
    with unchanged(alpha):
        again = maya.api.run(REMOVE, {"id": address["id"]})["addressRemove"]
        assert again["code"] == "NOT_FOUND"
        assert save(maya, id=address["id"])["what"] == "Address"


def test_what_is_stored_tells_nothing(alpha: TenantRef, maya: Member):
    save(maya)
    with admin_connection() as admin:
        (stored,) = admin.execute(
            f'SELECT t::text FROM "{alpha.schema}".places_address t'
        ).fetchone()
    for secret in ("Mei Lin", "13900001111", "Garden"):
        assert secret not in stored and secret.encode().hex() not in stored


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contactName": ""}, "contactName"),
        ({"contactName": "x" * 61}, "contactName"),
        ({"phone": "12"}, "phone"),
        ({"text": " "}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"text": "two\nlines"}, "text"),
        ({"door": "x" * 61}, "door"),
        ({"position": {"point": {"latitude": 91, "longitude": 0}}}, "position.point"),
    ],
)
def test_bad_values(alpha: TenantRef, maya: Member, changes: dict, field: str):
    with unchanged(alpha):
        assert save(maya, **changes) == {"code": "INVALID_INPUT", "field": field}


@pytest.mark.parametrize(
    "position",
    [{}, {"point": None}, {"placeId": None}, {"point": POINT, "placeId": "x"}, {"point": {}}, []],
)
def test_a_position_is_one_of_the_two(alpha: TenantRef, maya: Member, position: Any):
    given = {"input": {**GIVEN, "position": position}}
    with unchanged(alpha):
        assert maya.api.error_code(SAVE, given) == "BAD_USER_INPUT"


def test_whose_address_it_is(alpha: TenantRef, beta: TenantRef, maya: Member):
    tomas, foreign_maya = cast(alpha).tomas, cast(beta).maya
    with tenant_scope(alpha):
        his = AddressFactory(person_id=tomas.id)
        closed = PlaceFactory(active=False)
    with tenant_scope(beta):
        foreign = AddressFactory(person_id=foreign_maya.id)
    never = maya.api.run(REMOVE, {"id": global_id("Address", uuid4())})
    with unchanged(alpha), unchanged(beta):
        for key in (his.id, foreign.id):
            address_id = global_id("Address", key)
            assert maya.api.run(REMOVE, {"id": address_id}) == never
            assert save(maya, id=address_id)["what"] == "Address"
            assert maya.api.run(NODE, {"id": address_id}) == {"node": None}
        for key in (closed.id, uuid4()):
            position = {"placeId": global_id("Place", key)}
            assert save(maya, position=position)["what"] == "Place"
    assert maya.api.run(ADDRESSES) == {"addresses": []}


def test_nobody_else_may(alpha: TenantRef):
    ines = cast(alpha).ines
    for document, variables in (
        (SAVE, {"input": GIVEN}),
        (REMOVE, {"id": global_id("Address", uuid4())}),
        (ADDRESSES, {}),
    ):
        assert Api("alpha.localhost").error_code(document, variables) == "UNAUTHENTICATED"
        assert ines.api.error_code(document, variables) == "FORBIDDEN"
    with tenant_scope(alpha):
        assert not Address.objects.exists()


def test_twenty_are_the_end_even_at_once(alpha: TenantRef, maya: Member):
    with tenant_scope(alpha):
        AddressFactory.create_batch(MAX_ADDRESSES - 1, person_id=maya.id)

    def keep() -> None:
        with tenant_scope(alpha):
            address_save(
                actor=maya.actor,
                address_id=None,
                place_id=None,
                point=Position(*CAMPUS),
                contact_name="Mei",
                phone="+8613900001111",
                text="Road",
                door="",
                at=SOME_DAY,
            )

    answers = at_once(keep, keep, keep)
    assert sum(isinstance(answer, TooMany) for answer in answers) == 2
    assert save(maya)["limit"] == MAX_ADDRESSES
    some = maya.api.run(ADDRESSES)["addresses"][0]["id"]
    assert "address" in save(maya, id=some)  # changing one is always possible
    maya.api.run(REMOVE, {"id": some})
    assert "address" in save(maya)


def test_without_the_lock_all_would_be_kept(alpha: TenantRef, maya: Member):
    """The race that the lock of the person's row closes: all count before any is counted."""
    counted = threading.Barrier(3)

    def keep_unlocked() -> int:
        with tenant_scope(alpha):
            number = Address.objects.count()
            counted.wait()
            AddressFactory(person_id=maya.id)
            return number

    assert at_once(*[keep_unlocked] * 3) == [0, 0, 0]


@pytest.mark.parametrize("number", [1, 9])
def test_the_list_takes_the_same_queries_for_any_number(
    alpha: TenantRef, maya: Member, number: int, django_assert_num_queries
):
    with tenant_scope(alpha):
        AddressFactory.create_batch(number, person_id=maya.id, place=PlaceFactory())
    # The session with its rights; the addresses; their places.
    with django_assert_num_queries(3):
        assert len(maya.api.run(ADDRESSES)["addresses"]) == number
