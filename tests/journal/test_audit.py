"""The operator's audit log: a chain in which nothing can be changed unseen."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Role
from tenants.access.rights import ADMINISTRATOR, DISPATCHER, FINANCE, STARTER_ROLES, SUPPORT, Right
from tenants.journal.audit import audit_entries, audit_record, audit_verify
from tests.support.cast import cast
from tests.support.database import SOME_DAY, admin_connection, fixed_id
from tests.support.ids import global_id
from tests.support.jobs import told_at_night
from tests.support.stage import stage
from tests.support.threads import at_once

ENTRIES = """
{ auditEntries(first: 50) { totalCount edges { node {
  seq action at data actorId impersonated digest } } } }
"""


def record(number: int) -> None:
    audit_record(
        action="thing.done",
        actor_id=fixed_id(3),
        data={"number": number, "words": "早 ümlaut", "nested": {"b": [1, None], "a": True}},
        at=SOME_DAY + timedelta(microseconds=number),
    )


def test_lines_are_numbered_and_whole(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        assert audit_verify() is None
        for number in range(3):
            record(number)
        assert [entry.seq for entry in audit_entries()] == [3, 2, 1]
        assert audit_verify() is None
    with tenant_scope(beta):
        assert not audit_entries().exists()


@pytest.mark.parametrize(
    ("tampering", "found_at"),
    [
        ("UPDATE {} SET action = 'nothing' WHERE seq = 2", 2),
        ("UPDATE {} SET data = '{{}}' WHERE seq = 3", 3),
        ("UPDATE {} SET at = at + interval '1 s' WHERE seq = 1", 1),
        ("UPDATE {} SET actor_id = NULL WHERE seq = 2", 2),
        ("UPDATE {} SET impersonation_id = actor_id WHERE seq = 2", 2),
        ("DELETE FROM {} WHERE seq = 2", 2),
        ("DELETE FROM {} WHERE seq = 1", 1),
        ("UPDATE {} SET seq = 9 WHERE seq = 4", 4),
        ("UPDATE {} SET digest = sha256('x') WHERE seq = 1", 1),
    ],
)
def test_whatever_is_changed_shows(alpha: TenantRef, tampering: str, found_at: int):
    with tenant_scope(alpha):
        for number in range(4):
            record(number)
    with admin_connection() as admin:
        admin.execute(tampering.format(f'"{alpha.schema}".journal_auditentry'))
    with tenant_scope(alpha):
        assert audit_verify() == found_at
    assert told_at_night(alpha, "journal.audit_verify", "audit") == 1


def test_a_log_that_nobody_changed_wakes_nobody(alpha: TenantRef):
    with tenant_scope(alpha):
        for number in range(4):
            record(number)
    assert told_at_night(alpha, "journal.audit_verify", "audit") == 0


def test_two_at_once_make_one_chain(alpha: TenantRef):
    def write() -> None:
        with tenant_scope(alpha):
            for number in range(5):
                record(number)

    assert at_once(*[write] * 4) == [None] * 4
    with tenant_scope(alpha):
        assert audit_entries().count() == 20
        assert audit_verify() is None


def test_a_line_goes_with_its_transaction(alpha: TenantRef):
    with tenant_scope(alpha):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record(1)
            raise ZeroDivisionError
        record(2)
        assert [entry.seq for entry in audit_entries()] == [1]
        assert audit_verify() is None


@pytest.mark.parametrize("statement", ["UPDATE {} SET action = 'x'", "DELETE FROM {}"])
def test_the_application_can_only_add(alpha: TenantRef, statement: str):
    with tenant_scope(alpha):
        record(1)
        with pytest.raises(ProgrammingError), connection.cursor() as cursor:
            cursor.execute(statement.format("journal_auditentry"))
        assert audit_verify() is None


def test_administrators_read_it(alpha: TenantRef):
    with tenant_scope(alpha):
        record(7)
    found = cast(alpha).ines.api.run(ENTRIES)["auditEntries"]
    node = found["edges"][0]["node"]
    assert (found["totalCount"], node["seq"], node["action"]) == (1, 1, "thing.done")
    assert (node["data"]["number"], node["impersonated"], len(node["digest"])) == (7, False, 64)
    assert node["actorId"]


def test_nobody_else_reads_it(alpha: TenantRef):
    people = cast(alpha)
    for number, role in enumerate((DISPATCHER, FINANCE, SUPPORT), start=10):
        member = people.person(number, role, role, email=f"{role}@example.test")
        assert member.api.error_code(ENTRIES) == "FORBIDDEN"
    for member in (people.maya, people.tomas):
        assert member.api.error_code(ENTRIES) == "FORBIDDEN"


def test_existing_administrators_were_given_the_right(alpha: TenantRef):
    """By the migration: what it does to a role as it was before, once and again."""
    migration = """UPDATE access_role SET rights = rights || '["audit_read"]'::jsonb
        WHERE key = 'administrator' AND NOT rights @> '["audit_read"]'::jsonb"""
    before = sorted(STARTER_ROLES[ADMINISTRATOR] - {Right.AUDIT_READ})
    with tenant_scope(alpha):
        Role.objects.filter(key=ADMINISTRATOR).update(rights=before)
        for _ in range(2):
            with connection.cursor() as cursor:
                cursor.execute(migration)
            assert Role.objects.get(key=ADMINISTRATOR).rights == [*before, "audit_read"]
        assert Role.objects.get(key=FINANCE).rights == sorted(STARTER_ROLES[FINANCE])


NAMED = """
query($actorId: ID, $first: Int = 50) { auditEntries(actorId: $actorId, first: $first) {
  totalCount edges { node { seq actorName } } } }
"""


def test_a_line_says_by_name_who_did_it(alpha: TenantRef):
    people = stage(alpha)
    with tenant_scope(alpha):
        for member in (people.ines, people.dora, people.tomas, people.maya):
            audit_record(action="thing.done", actor_id=member.id, at=SOME_DAY)
        audit_record(action="thing.done", at=SOME_DAY)
    shown = people.ines.api.run(NAMED)["auditEntries"]["edges"]
    # Neither the platform is named nor whom nobody employs: a customer.
    names = [edge["node"]["actorName"] for edge in reversed(shown)]
    assert names == ["Ines", "Dora", "Tomas B.", None, None]
    ours = global_id("StaffMember", people.dora.id)
    found = people.ines.api.run(NAMED, {"actorId": ours})["auditEntries"]
    assert found["totalCount"] == 1
    assert found["edges"] == [{"node": {"seq": 2, "actorName": "Dora"}}]
    nobody = global_id("StaffMember", fixed_id(999))
    assert people.ines.api.run(NAMED, {"actorId": nobody})["auditEntries"]["totalCount"] == 0
    # Whoever reads the log and does not manage the staff learns no colleague's name.
    with tenant_scope(alpha):
        Role.objects.filter(key=FINANCE).update(rights=[Right.AUDIT_READ.value])
    shown = people.finn.api.run(NAMED)["auditEntries"]["edges"]
    names = [edge["node"]["actorName"] for edge in reversed(shown)]
    assert names == [None, None, "Tomas B.", None, None]


def test_names_cost_no_query_of_their_own(alpha: TenantRef, django_assert_num_queries):
    people = stage(alpha)
    for _ in range(2):
        with tenant_scope(alpha):
            for member in (people.ines, people.tomas, people.dora):
                audit_record(action="thing.done", actor_id=member.id, at=SOME_DAY)
        # Who asks; the lines with their names, of which there are no more than are shown.
        with django_assert_num_queries(2):
            people.ines.api.run(NAMED)
