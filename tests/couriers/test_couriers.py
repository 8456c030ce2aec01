"""Couriers: applying, being reviewed, being on duty, and who may read their file."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import clock
from kernel.refusals import AccessDenied, NotFound
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Grant, SecurityEvent
from tenants.access.rights import COURIER, CUSTOMER
from tenants.couriers.models import Courier, Document, Presence
from tenants.couriers.services.applying import AlreadyRegistered, courier_register
from tenants.couriers.services.duty import courier_on_duty
from tenants.couriers.services.reviewing import courier_approve, courier_reject
from tests.support.cast import Member, cast
from tests.support.factories import PersonFactory
from tests.support.factories_orders import CourierFactory, DocumentFactory, photo
from tests.support.graphql import Api, Refused
from tests.support.ids import global_id
from tests.support.stage import mutate, mutation, nothing_changes, stage
from tests.support.threads import at_once

SELF = """{ courier {
  id displayName state reviewNote documents { kind verdict } presence { onDuty }
} }"""
LIST = """query($states: [CourierState!]) { couriers(states: $states) { totalCount edges { node {
  id personId displayName introduction state rating completedCount appliedAt
  presence { onDuty latitude seenAt } documents { id kind verdict uploadedAt }
} } } }"""
LINK = "query($id: ID!) { courierDocumentLink(documentId: $id) { url expiresAt } }"
STATE = "courier { state documents { kind verdict } }"


def newcomer(tenant: TenantRef) -> Member:
    return cast(tenant).person(20, "Bo", CUSTOMER, phone="+8613800138020")


def register(member: Member, name: str = "Bo on wheels", **more: Any) -> Any:
    input = {"displayName": name, **more}
    return mutate(member.api, "courierRegister", input, "courier { id state displayName }")


def upload(member: Member, file: SimpleUploadedFile, kind: str = "IDENTITY") -> Any:
    return mutate(member.api, "courierDocumentUpload", {"kind": kind}, STATE, file=file)


def decide(member: Member, name: str, courier: Any, note: str = "") -> Any:
    key = courier if isinstance(courier, str) else global_id("Courier", courier.id)
    return mutate(member.api, name, {"courierId": key, "note": note}, STATE)


def test_from_application_to_duty(alpha: TenantRef):
    bo, ines = newcomer(alpha), cast(alpha).ines
    assert bo.api.run(SELF) == {"courier": None}
    key = register(bo, introduction="Fast")["courier"]["id"]
    duty = mutation("courierOnDuty"), {"input": {"onDuty": True}}
    assert bo.api.error_code(*duty) == "FORBIDDEN"
    assert decide(ines, "courierApprove", key)["code"] == "IDENTITY_MISSING"
    assert upload(bo, photo())["courier"] == {
        "state": "APPLIED",
        "documents": [{"kind": "IDENTITY", "verdict": "PENDING"}],
    }
    assert decide(ines, "courierApprove", key, "Welcome")["courier"] == {
        "state": "APPROVED",
        "documents": [{"kind": "IDENTITY", "verdict": "ACCEPTED"}],
    }
    assert bo.api.run(SELF)["courier"]["reviewNote"] == "Welcome"
    at_gate = {"onDuty": True, "latitude": 39.99, "longitude": 116.3}
    select = "courier { presence { onDuty latitude longitude seenAt } }"
    on_duty = mutate(bo.api, "courierOnDuty", at_gate, select)["courier"]["presence"]
    assert (on_duty["onDuty"], on_duty["latitude"], on_duty["longitude"]) == (True, 39.99, 116.3)
    moved = mutate(bo.api, "courierPosition", {"latitude": 40, "longitude": 116}, select)
    assert moved["courier"]["presence"]["latitude"] == 40
    off = mutate(bo.api, "courierOnDuty", {"onDuty": False}, select)["courier"]["presence"]
    assert off == {"onDuty": False, "latitude": None, "longitude": None, "seenAt": None}
    position = {"latitude": 40, "longitude": 116}
    with nothing_changes(alpha):
        assert mutate(bo.api, "courierPosition", position)["code"] == "NOT_ON_DUTY"


def test_a_courier_is_found_by_name(alpha: TenantRef):
    on = stage(alpha)
    asked = "query($text: String!) { couriers(text: $text) { edges { node { displayName } } } }"

    def found(text: str) -> list[str]:
        edges = on.dora.api.run(asked, {"text": text})["couriers"]["edges"]
        return sorted(edge["node"]["displayName"] for edge in edges)

    assert found("") == found(" ") == ["Rita K.", "Tomas B."]
    assert found(" tOm") == ["Tomas B."]
    assert found("%") == found("_") == found("🎈" * 300) == []


def test_one_registers_once(alpha: TenantRef):
    bo = newcomer(alpha)
    with nothing_changes(alpha):
        for name in ("", "  ", "x" * 41, "a\nb"):
            assert register(bo, name)["code"] == "INVALID_INPUT"
        assert register(bo, introduction="x" * 501)["code"] == "INVALID_INPUT"
        code = Api("alpha.localhost").error_code(
            mutation("courierRegister"), {"input": {"displayName": "Bo"}}
        )
        assert code == "UNAUTHENTICATED"

    def act() -> Courier:
        with tenant_scope(alpha):
            return courier_register(
                actor=bo.actor, display_name="Bo", introduction="", at=clock.now()
            )

    answers = at_once(act, act, act)
    assert sum(isinstance(answer, Courier) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyRegistered) for answer in answers) == 2
    assert register(bo)["code"] == "ALREADY_REGISTERED"


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("id.jpg", b"MZ\x90\x00 a program", content_type="image/jpeg"),
        SimpleUploadedFile("id.pdf", photo().read(), content_type="application/pdf"),
        SimpleUploadedFile("id.html", b"<script>alert(1)</script>", content_type="text/html"),
    ],
)
def test_a_document_is_what_it_says_or_refused(alpha: TenantRef, file: SimpleUploadedFile):
    bo = newcomer(alpha)
    assert upload(bo, photo())["code"] == "NOT_FOUND"  # not registered
    register(bo)
    with nothing_changes(alpha):
        assert upload(bo, file)["code"] == "FILE_TYPE_REFUSED"


def test_a_document_may_be_too_big_or_one_too_many(alpha: TenantRef, settings):
    bo = newcomer(alpha)
    register(bo)
    pdf = b"%PDF-1.7" + b"x" * 2000
    assert upload(bo, SimpleUploadedFile("id.pdf", pdf, "application/pdf"))["courier"]
    settings.UPLOAD_MAX_BYTES = 2000
    with nothing_changes(alpha):
        refused = upload(bo, SimpleUploadedFile("id.pdf", pdf, "application/pdf"))
        assert refused["code"] == "FILE_TOO_LARGE"
    with tenant_scope(alpha):
        courier = Courier.objects.get()
        DocumentFactory.create_batch(19, courier=courier)
    with nothing_changes(alpha):
        assert upload(bo, photo())["code"] == "TOO_MANY_DOCUMENTS"


def test_a_rejected_applicant_applies_again_with_a_new_document(alpha: TenantRef):
    bo, ines = newcomer(alpha), cast(alpha).ines
    key = register(bo)["courier"]["id"]
    upload(bo, photo())
    rejected = decide(ines, "courierReject", key, "Unreadable")["courier"]
    assert rejected == {
        "state": "REJECTED",
        "documents": [{"kind": "IDENTITY", "verdict": "REJECTED"}],
    }
    with nothing_changes(alpha):
        assert decide(ines, "courierApprove", key)["code"] == "ILLEGAL_MOVE"
    assert upload(bo, photo(), "HEALTH")["courier"]["state"] == "APPLIED"
    assert decide(ines, "courierApprove", key)["code"] == "IDENTITY_MISSING"
    upload(bo, photo())
    assert decide(ines, "courierApprove", key)["courier"]["state"] == "APPROVED"


def test_a_frozen_courier_has_no_right_at_once(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    duty = mutation("courierOnDuty"), {"input": {"onDuty": True}}
    assert decide(on.ines, "courierFreeze", on.courier, "Complaints")["courier"]
    assert on.tomas.api.error_code(*duty) == "FORBIDDEN"
    with tenant_scope(alpha):
        assert not Presence.objects.get(courier=on.courier).on_duty
        assert not Grant.objects.filter(person_id=on.tomas.id, role__key=COURIER).exists()
    with nothing_changes(alpha):
        assert decide(on.ines, "courierFreeze", on.courier)["code"] == "ILLEGAL_MOVE"
        assert upload(on.tomas, photo())["code"] == "COURIER_FROZEN"
    assert decide(on.ines, "courierUnfreeze", on.courier)["courier"]["state"] == "APPROVED"
    assert mutate(on.tomas.api, "courierOnDuty", {"onDuty": True})["__typename"]


def test_a_right_that_was_read_before_the_freeze_is_of_no_use(alpha: TenantRef):
    on = stage(alpha)
    decide(on.ines, "courierFreeze", on.courier)
    input = {"onDuty": True, "latitude": 1.0, "longitude": 1.0}
    with tenant_scope(alpha):
        with pytest.raises(NotFound):
            courier_on_duty(actor=on.tomas.actor, on_duty=True, position=None, at=clock.now())
        with pytest.raises(AccessDenied):
            courier_on_duty(actor=on.maya.actor, on_duty=True, position=None, at=clock.now())
    assert on.maya.api.error_code(mutation("courierOnDuty"), {"input": input}) == "FORBIDDEN"


def test_a_position_is_on_the_earth(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    with nothing_changes(alpha):
        for latitude, longitude in ((91, 0), (-90.1, 0), (0, 181), (1e300, 0)):
            given = {"latitude": latitude, "longitude": longitude}
            assert mutate(on.tomas.api, "courierPosition", given)["code"] == "INVALID_INPUT"
            given["onDuty"] = True
            assert mutate(on.tomas.api, "courierOnDuty", given)["code"] == "INVALID_INPUT"
        half = {"onDuty": True, "latitude": 1}
        assert mutate(on.tomas.api, "courierOnDuty", half)["code"] == "INVALID_INPUT"


@pytest.mark.parametrize(
    "name", ["courierApprove", "courierReject", "courierFreeze", "courierUnfreeze"]
)
def test_only_reviewers_decide_and_only_about_their_own(
    alpha: TenantRef, beta: TenantRef, name: str
):
    on, there = stage(alpha), stage(beta)
    with nothing_changes(alpha), nothing_changes(beta):
        for member in (on.maya, on.tomas, on.dora, on.finn):
            with pytest.raises(Refused, match="FORBIDDEN"):
                decide(member, name, on.courier)
        never = decide(on.ines, name, Courier(id=on.maya.id))
        assert never["code"] == "NOT_FOUND"
        assert decide(on.ines, name, there.courier) == never
        if name == "courierFreeze":
            assert decide(on.ines, name, on.courier, "x" * 501)["code"] == "INVALID_INPUT"


def test_who_reads_the_files(alpha: TenantRef, beta: TenantRef):
    on = stage(alpha, on_duty=True)
    stage(beta)
    with tenant_scope(alpha):
        mine, hers = (DocumentFactory(courier=courier) for courier in (on.courier, on.other))
    for member in (on.ines, on.dora):
        assert member.api.run(LIST)["couriers"]["totalCount"] == 2
    for member in (on.maya, on.tomas, on.finn):
        assert member.api.error_code(LIST) == "FORBIDDEN"
    assert on.ines.api.run(LIST, {"states": ["APPLIED", "FROZEN"]})["couriers"]["totalCount"] == 0
    node = "query($id: ID!) { node(id: $id) { id } }"
    for document, reader in ((mine, on.tomas), (hers, on.rita)):
        key = global_id("CourierDocument", document.id)
        assert reader.api.run(node, {"id": key})["node"] == {"id": key}
    assert on.tomas.api.run(node, {"id": key}) == {"node": None}
    assert on.tomas.api.run(node, {"id": global_id("Courier", on.other.id)}) == {"node": None}
    assert on.tomas.api.run(SELF)["courier"]["displayName"] == "Tomas B."


def test_the_list_takes_as_many_queries_however_many(alpha: TenantRef):
    on = stage(alpha, on_duty=True)
    for size in (2, 12):
        with tenant_scope(alpha):
            while Courier.objects.count() < size:
                courier = CourierFactory(person_id=PersonFactory().id, on_duty=True)
                DocumentFactory.create_batch(2, courier=courier)
        with CaptureQueriesContext(connection) as queries:
            assert on.ines.api.run(LIST)["couriers"]["totalCount"] == size
        # session and rights; the couriers with their presence and number in all; their documents
        assert len([1 for query in queries if "registry_" not in query["sql"]]) == 3


def test_a_document_is_shown_by_a_link_and_the_reading_is_on_record(alpha: TenantRef):
    on = stage(alpha)
    upload(on.tomas, photo())
    with tenant_scope(alpha):
        document = Document.objects.get()
    ask = {"id": global_id("CourierDocument", document.id)}
    for member in (on.tomas, on.ines):
        link = member.api.run(LINK, ask)["courierDocumentLink"]
        assert link["url"].startswith("/files/")
    with tenant_scope(alpha):
        reading = SecurityEvent.objects.get(kind="document_read")
        assert (reading.actor_id, reading.subject_id) == (on.ines.id, on.tomas.id)
        assert reading.data == {"document": str(document.id)}
    for member in (on.rita, on.dora, on.maya):
        assert member.api.error_code(LINK, ask) == "NOT_FOUND"
    never = {"id": global_id("CourierDocument", on.maya.id)}
    assert on.ines.api.error_code(LINK, never) == "NOT_FOUND"
    with tenant_scope(alpha):
        assert SecurityEvent.objects.filter(kind="document_read").count() == 1


def test_two_reviewers_at_once_decide_once(alpha: TenantRef):
    on = stage(alpha)
    bo = newcomer(alpha)
    key = register(bo)["courier"]["id"]
    upload(bo, photo())
    with tenant_scope(alpha):
        courier = Courier.objects.get(person_id=bo.id)
    assert key == global_id("Courier", courier.id)

    def act(verb: Any) -> Any:
        with tenant_scope(alpha):
            return verb(
                actor=on.ines.actor,
                courier_id=courier.id,
                note="",
                at=clock.now() + timedelta(seconds=1),
            )

    answers = at_once(lambda: act(courier_approve), lambda: act(courier_reject))
    assert sorted(type(answer).__name__ for answer in answers) == ["Courier", "IllegalMove"]
