"""Who may be asked for a service, compared before one orders; where they are, by consent alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.models import Service, ServiceKind
from tenants.couriers.models import Courier, Document, Presence, ServiceArea
from tests.support.cast import Member
from tests.support.factories import CAMPUS, PersonFactory, ServiceFactory, ZoneFactory
from tests.support.factories_orders import ON_SITE, CourierFactory, DocumentFactory
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, mutation, nothing_changes, stage

PROVIDERS = """
query ($service: ID, $near: PointInput, $filters: ProviderFiltersInput,
       $sort: ProviderSort! = RATING) {
  providers(serviceId: $service, near: $near, filters: $filters, sort: $sort) {
    face { displayName rating ratingCount completedCount courierId }
    certificates exams level worksSince gender isFollowed
    position { latitude longitude } distanceMeters
  }
}
"""
HERE = {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}


@pytest.fixture
def on(alpha: TenantRef) -> Stage:
    """Tomas (4 of 5, twice) and Rita (5, once), both on duty on the campus."""
    on = stage(alpha, on_duty=True)
    with tenant_scope(alpha):
        Presence.objects.update(seen_at=clock.now())
        for courier, total, count, done in ((on.courier, 40, 10, 3), (on.other, 5, 1, 9)):
            Courier.objects.filter(id=courier.id).update(
                rating_sum=total, rating_count=count, completed_count=done
            )
    return on


@pytest.fixture
def service(alpha: TenantRef) -> Service:
    with tenant_scope(alpha):
        return ServiceFactory(
            published=True, kind=ServiceKind.ON_SITE, declaration=ON_SITE.serialise()
        )


def shown(member: Member, service: Service, **given: Any) -> list[dict[str, Any]]:
    asked = {"service": global_id("Service", service.id), **given}
    found: list[dict[str, Any]] = member.api.run(PROVIDERS, asked)["providers"]
    return found


def names(member: Member, service: Service, **given: Any) -> list[str]:
    return [each["face"]["displayName"] for each in shown(member, service, **given)]


def test_faces_in_order_and_compared(alpha: TenantRef, on: Stage, service: Service):
    assert names(on.maya, service) == ["Tomas B.", "Rita K."]  # one 5 is no more than ten 4s
    assert names(on.maya, service, sort="EXPERIENCE") == ["Rita K.", "Tomas B."]
    assert names(on.maya, service, filters={"ratingAtLeast": 4.5}) == ["Rita K."]
    rita = global_id("Courier", on.other.id)
    mutate(on.maya.api, "courierFollow", {"courierId": rita, "followed": True})
    with tenant_scope(alpha):
        DocumentFactory(courier=on.other, kind="skill", verdict=Document.Verdict.ACCEPTED)
        DocumentFactory(courier=on.other, kind="health")
        Courier.objects.filter(id=on.other.id).update(exams=["cooling"], level=4)
    [one] = shown(on.maya, service, filters={"courierIds": [rita]})
    assert one["face"]["courierId"] == rita
    assert (one["certificates"], one["exams"], one["level"]) == (["SKILL"], ["cooling"], 4)
    assert one["isFollowed"] and one["gender"] is None and one["position"] is None


def test_found_by_name_for_anything(alpha: TenantRef, on: Stage):
    with tenant_scope(alpha):
        Courier.objects.filter(id=on.other.id).update(introduction="Irons 100% of shirts, 修手机")

    def found(text: str) -> list[str]:
        rows = on.maya.api.run(PROVIDERS, {"filters": {"text": text}})["providers"]
        return [row["face"]["displayName"] for row in rows]

    assert found("") == ["Tomas B.", "Rita K."]
    assert found("tomas") == found(" B. TOM ") == ["Tomas B."]
    assert found("修手机") == found("rita shirts") == found("100%") == ["Rita K."]
    assert found("%") == ["Rita K."]  # no wildcard
    assert found("rita tomas") == found("_") == []


def test_only_who_may_do_it_there(alpha: TenantRef, on: Stage, service: Service):
    asks = replace(ON_SITE, requirements=replace(ON_SITE.requirements, level=3))
    with tenant_scope(alpha):
        care = ServiceFactory(
            published=True, kind=ServiceKind.ON_SITE, declaration=asks.serialise()
        )
        Courier.objects.filter(id=on.courier.id).update(level=3, gender="male")
        CourierFactory(person_id=PersonFactory().id, applied=True)
    assert names(on.maya, care) == ["Tomas B."]
    assert shown(on.maya, care)[0]["gender"] is None  # it was not the service's to ask
    with tenant_scope(alpha):
        ZoneFactory()
        elsewhere = ZoneFactory(around=(10.0, 10.0))
        ServiceArea.objects.create(courier=on.courier, zone=elsewhere)
    assert names(on.maya, service, near=HERE) == ["Rita K."]
    assert names(on.maya, service) == ["Tomas B.", "Rita K."]
    with tenant_scope(alpha):
        Courier.objects.filter(id=on.other.id).update(state=Courier.State.FROZEN)
    assert names(on.maya, service, near=HERE) == []


def test_where_they_are_is_told_by_consent_and_blurred(
    alpha: TenantRef, on: Stage, service: Service
):
    assert {each["position"] is None for each in shown(on.maya, service, near=HERE)} == {True}
    assert names(on.maya, service, near=HERE, filters={"withinMeters": 50_000}) == []
    assert mutate(on.rita.api, "courierShowOnMap", {"shown": True}, "shown")["shown"] is True
    assert on.rita.api.run("{ courierShownOnMap }") == {"courierShownOnMap": True}
    rita, tomas = shown(on.maya, service, near=HERE, sort="DISTANCE")
    assert (rita["face"]["displayName"], tomas["distanceMeters"]) == ("Rita K.", None)
    middle = (rita["position"]["latitude"], rita["position"]["longitude"])
    off = [abs(a - b) for a, b in zip(middle, CAMPUS, strict=True)]
    assert middle != CAMPUS and max(off) <= 0.0025001
    with tenant_scope(alpha):  # a little further in the same cell: nothing to be seen of it
        Presence.objects.filter(courier=on.other).update(latitude=middle[0] + 0.0001)
    assert shown(on.maya, service, near=HERE, sort="DISTANCE")[0] == rita
    close = {"withinMeters": rita["distanceMeters"]}
    assert names(on.maya, service, near=HERE, filters=close) == ["Rita K."]
    closer = {"withinMeters": rita["distanceMeters"] - 1}
    assert names(on.maya, service, near=HERE, filters=closer) == []
    with tenant_scope(alpha):
        Presence.objects.update(seen_at=clock.now() - timedelta(minutes=16))
    assert shown(on.maya, service)[1]["position"] is None
    with tenant_scope(alpha):
        Presence.objects.update(seen_at=clock.now())
    mutate(on.rita.api, "courierShowOnMap", {"shown": False})
    assert {each["position"] is None for each in shown(on.maya, service)} == {True}


def test_what_is_no_question(alpha: TenantRef, on: Stage, service: Service):
    key = global_id("Service", service.id)
    with tenant_scope(alpha):
        draft = ServiceFactory()
    many = [global_id("Courier", on.other.id)] * 11
    for given, code in (
        ({"service": global_id("Service", draft.id)}, "NOT_FOUND"),
        ({"service": key, "sort": "DISTANCE"}, "INVALID_INPUT"),
        ({"filters": {"text": "x" * 201}}, "INVALID_INPUT"),
        ({"service": key, "filters": {"withinMeters": 5}}, "INVALID_INPUT"),
        ({"service": key, "near": HERE, "filters": {"withinMeters": -5}}, "INVALID_INPUT"),
        ({"service": key, "filters": {"courierIds": many}}, "INVALID_INPUT"),
    ):
        assert on.maya.api.error_code(PROVIDERS, given) == code
    assert Api("alpha.localhost").error_code(PROVIDERS, {"service": key}) == "UNAUTHENTICATED"
    with nothing_changes(alpha):
        shows = {"input": {"shown": True}}
        assert on.maya.api.error_code(mutation("courierShowOnMap"), shows) == "FORBIDDEN"


def test_as_many_queries_however_many(
    alpha: TenantRef, on: Stage, service: Service, django_assert_num_queries
):
    for _ in range(2):
        with tenant_scope(alpha):
            for _ in range(3):
                courier = CourierFactory(person_id=PersonFactory().id, on_duty=True)
                DocumentFactory(courier=courier, verdict=Document.Verdict.ACCEPTED)
        with django_assert_num_queries(5):
            # The session with its rights, the service, the zones, the couriers, their documents.
            assert len(shown(on.maya, service, near=HERE)) > 4
