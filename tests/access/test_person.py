"""People see and change themselves; others' data is shown by right, and the reading recorded."""

import pytest
from django.db import transaction

from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.attempts import attempt_begin
from tenants.access.models import Person, SecurityEvent, Session
from tenants.access.rights import DISPATCHER, SUPPORT
from tenants.access.security import security_event
from tests.support.cast import cast
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id

VIEWER = "{ viewer { isStaff rights person { id name phone email language } } }"
UPDATE = """
mutation Update($name: String, $language: String) {
  personUpdate(input: {name: $name, language: $language}) {
    ... on PersonUpdateSuccess { person { name language } }
    ... on InvalidInputError { field }
    ... on UserError { code }
  }
}
"""
SIGN_OUT = "mutation { signOut { __typename } }"
READ = """
query Read($id: ID!, $reason: ReadingReason!) {
  personalData(personId: $id, reason: $reason) { name phone email }
}
"""


def test_the_viewer_is_oneself_in_ones_own_tenant(alpha: TenantRef, beta: TenantRef):
    for tenant in (alpha, beta):
        people = cast(tenant)
        assert people.maya.api.run(VIEWER)["viewer"] == {
            "isStaff": False,
            "rights": ["ORDER_AS_CUSTOMER"],
            "person": {
                "id": global_id("Person", people.maya.id),
                "name": "Maya",
                "phone": "+8613800138001",
                "email": None,
                "language": None,
            },
        }
        assert people.ines.api.run(VIEWER)["viewer"]["isStaff"]
    assert cast(alpha).maya.id == cast(beta).maya.id
    assert Api("beta.localhost").error_code(VIEWER, token=cast(alpha).maya.token) == (
        "UNAUTHENTICATED"
    )
    for token in (None, "x", "\xff", "x" * 5000):
        assert Api("alpha.localhost").error_code(VIEWER, token=token) == "UNAUTHENTICATED"


def test_the_viewer_takes_two_queries(alpha: TenantRef, django_assert_num_queries):
    maya = cast(alpha).maya
    # The session with its rights; the person.
    with django_assert_num_queries(2):
        maya.api.run(VIEWER)


def test_people_change_themselves(alpha: TenantRef):
    maya = cast(alpha).maya
    done = maya.api.run(UPDATE, {"name": " May ", "language": "en"})["personUpdate"]
    assert done["person"] == {"name": "May", "language": "en"}
    done = maya.api.run(UPDATE, {"name": None})["personUpdate"]
    assert done["person"] == {"name": "May", "language": "en"}
    for bad in ({"name": ""}, {"name": "x" * 61}, {"name": "a\nb"}, {"language": "fr"}):
        refused = maya.api.run(UPDATE, {"name": "New", **bad})["personUpdate"]
        assert refused == {"code": "INVALID_INPUT", "field": next(iter(bad))}
    assert maya.api.run(VIEWER)["viewer"]["person"]["name"] == "May"
    assert Api("alpha.localhost").error_code(UPDATE, {"name": "X"}) == "UNAUTHENTICATED"


def test_signing_out_ends_this_session_alone(alpha: TenantRef):
    people = cast(alpha)
    maya, tomas = people.maya, people.tomas
    maya.api.run(SIGN_OUT)
    assert maya.api.error_code(VIEWER) == "UNAUTHENTICATED"
    assert maya.api.error_code(SIGN_OUT) == "UNAUTHENTICATED"
    assert tomas.api.run(VIEWER)
    with tenant_scope(alpha):
        assert Session.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize("change", ["expired", "closed"])
def test_a_session_that_is_over(alpha: TenantRef, change: str):
    maya = cast(alpha).maya
    with tenant_scope(alpha):
        if change == "expired":
            Session.objects.update(expires_at=SOME_DAY)
        else:
            Person.objects.filter(id=maya.id).update(active=False)
    assert maya.api.error_code(VIEWER) == "UNAUTHENTICATED"


def test_personal_data_is_read_by_right_and_on_record(alpha: TenantRef, beta: TenantRef):
    people = cast(alpha)
    maya = people.maya
    sam = people.person(10, "Sam", SUPPORT, email="sam@example.test")
    dora = people.person(11, "Dora", DISPATCHER, email="dora@example.test")
    given = {"id": global_id("Person", maya.id), "reason": "ORDER"}
    assert sam.api.run(READ, given)["personalData"] == {
        "name": "Maya",
        "phone": "+8613800138001",
        "email": None,
    }
    with tenant_scope(alpha):
        (event,) = SecurityEvent.objects.all()
        assert (event.kind, event.actor_id, event.subject_id, event.data) == (
            "personal_data_read",
            sam.id,
            maya.id,
            {"reason": "order"},
        )
    for member in (maya, people.tomas, dora):
        assert member.api.error_code(READ, given) == "FORBIDDEN"
    assert Api("alpha.localhost").error_code(READ, given) == "UNAUTHENTICATED"
    assert cast(beta).ines.api.error_code(READ, {**given, "id": global_id("Person", sam.id)}) == (
        "NOT_FOUND"
    )
    for wrong in ("", "x", global_id("StaffMember", maya.id), global_id("Person", "1")):
        assert sam.api.error_code(READ, {**given, "id": wrong}) in ("NOT_FOUND", "BAD_USER_INPUT")
    assert sam.api.error_code(READ, {**given, "reason": "CURIOSITY"}) == "BAD_USER_INPUT"
    with tenant_scope(alpha):
        assert SecurityEvent.objects.count() == 1
    with tenant_scope(beta):
        assert not SecurityEvent.objects.exists()


def test_a_person_is_a_node_to_themselves_alone(alpha: TenantRef):
    people = cast(alpha)
    document = "query ($id: ID!) { node(id: $id) { ... on Person { name phone } } }"
    given = {"id": global_id("Person", people.maya.id)}
    assert people.maya.api.run(document, given)["node"]["name"] == "Maya"
    for member in (people.tomas, people.ines):
        assert member.api.run(document, given) == {"node": None}
    assert Api("alpha.localhost").run(document, given) == {"node": None}


def test_the_record_cannot_be_undone_with_what_it_records(alpha: TenantRef):
    with tenant_scope(alpha), transaction.atomic():
        with pytest.raises(RuntimeError, match="undone"):
            security_event(kind="x", at=SOME_DAY)
        with pytest.raises(RuntimeError, match="undone"):
            attempt_begin(kind="x", subject="x", actor_id=None, at=SOME_DAY)
