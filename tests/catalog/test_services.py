"""A service from its draft to the storefront and off it again."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from PIL import Image

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog import content, services
from tenants.catalog.declaration import Declaration
from tenants.catalog.models import Media, Service, ServiceVersion
from tenants.catalog.search.index import search_refresh
from tests.catalog.documents import (
    DRAFTS,
    MEDIA_ADD,
    MEDIA_REMOVE,
    SERVICE,
    SERVICE_DELIST,
    SERVICE_PUBLISH,
    SERVICE_SAVE,
)
from tests.support.cast import cast
from tests.support.database import SOME_DAY
from tests.support.factories import CategoryFactory, MediaFactory, ServiceFactory, TariffFactory
from tests.support.ids import global_id
from tests.support.jobs import jobs_run
from tests.support.stage import nothing_changes
from tests.support.threads import at_once

NAME = [{"language": "zh-Hans", "text": "取快递"}, {"language": "en", "text": "Parcel pick-up"}]
NOWHERE = uuid4()


@pytest.fixture
def shelf(alpha: TenantRef) -> str:
    """The id of a shelf of alpha's."""
    with tenant_scope(alpha):
        return global_id("Category", CategoryFactory().id)


def save(tenant: TenantRef, **given) -> dict:
    given = {"kind": "PICK_UP", "name": NAME, **given}
    return cast(tenant).ines.api.run(SERVICE_SAVE, {"input": given})["serviceSave"]


def publish(tenant: TenantRef, service_id: str) -> dict:
    answer = cast(tenant).ines.api.run(SERVICE_PUBLISH, {"input": {"serviceId": service_id}})
    return answer["servicePublish"]


def counts() -> tuple[int, int, int]:
    return Service.objects.count(), ServiceVersion.objects.count(), Media.objects.count()


def test_a_draft_has_what_is_usual_for_its_kind(alpha: TenantRef, shelf: str):
    service = save(alpha, categoryId=shelf)["service"]
    assert (service["state"], service["versionNumber"], service["priceFrom"]) == (
        "DRAFT",
        None,
        None,
    )
    assert service["stops"] == [
        {"kind": "PICK_UP", "photo": "REQUIRED", "pin": "OFF"},
        {"kind": "DROP_OFF", "photo": "OFF", "pin": "REQUIRED"},
    ]
    assert service["asked"]["weight"] == "OPTIONAL"
    assert cast(alpha).maya.api.run(SERVICE, {"id": service["id"]}) == {"service": None}


def test_customers_see_the_published_version_until_the_next(alpha: TenantRef, shelf: str):
    service_id = save(alpha, categoryId=shelf)["service"]["id"]
    assert publish(alpha, service_id)["service"]["versionNumber"] == 1
    renamed = [{"language": "zh-Hans", "text": "新名"}, {"language": "en", "text": "Renamed"}]
    draft = save(
        alpha,
        id=service_id,
        categoryId=shelf,
        name=renamed,
        description=[{"language": "zh-Hans", "text": "一\n二"}],
        stops=[{"kind": "PICK_UP"}, {"kind": "PICK_UP"}, {"kind": "DROP_OFF"}],
    )["service"]
    assert (draft["name"], len(draft["stops"])) == ("Parcel pick-up", 2)
    assert draft["draft"]["names"][1]["text"] == "Renamed"
    assert draft["draft"]["descriptions"] == [{"text": "一\n二"}]
    assert len(draft["draft"]["stops"]) == 3
    maya = cast(alpha).maya.api
    seen = maya.run(SERVICE, {"id": service_id})["service"]
    assert seen == {
        "id": service_id,
        "name": "Parcel pick-up",
        "state": "PUBLISHED",
        "draft": None,
    }
    assert publish(alpha, service_id)["service"]["versionNumber"] == 2
    assert maya.run(SERVICE, {"id": service_id})["service"]["name"] == "Renamed"
    with tenant_scope(alpha):
        assert list(
            ServiceVersion.objects.order_by("number").values_list("number", "name__en")
        ) == [(1, "Parcel pick-up"), (2, "Renamed")]


def test_publishing_sets_the_price_from_by_the_tariff_in_force(alpha: TenantRef, shelf: str):
    service_id = save(alpha, categoryId=shelf)["service"]["id"]
    assert publish(alpha, service_id)["service"]["priceFrom"] is None
    with tenant_scope(alpha):
        TariffFactory()
    assert publish(alpha, service_id)["service"]["priceFrom"] == {"amount": 500}


def test_delisted_is_gone_for_customers_and_can_come_back(alpha: TenantRef):
    with tenant_scope(alpha):
        service = ServiceFactory(published=True)
    service_id = global_id("Service", service.id)
    ines, maya = cast(alpha).ines.api, cast(alpha).maya.api
    delist = {"input": {"serviceId": service_id}}
    assert ines.run(SERVICE_DELIST, delist)["serviceDelist"]["service"] == {
        "state": "DELISTED",
        "versionNumber": 1,
    }
    assert maya.run(SERVICE, {"id": service_id}) == {"service": None}
    assert ines.run(SERVICE_DELIST, delist)["serviceDelist"]["code"] == "ILLEGAL_MOVE"
    assert publish(alpha, service_id)["service"]["versionNumber"] == 2
    assert maya.run(SERVICE, {"id": service_id})["service"]["state"] == "PUBLISHED"


def test_it_goes_off_sale_on_its_day(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    now = clock.now().replace(microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: now)
    with tenant_scope(alpha):
        service = ServiceFactory(published=True)
    service_id = global_id("Service", service.id)
    ines, maya = cast(alpha).ines.api, cast(alpha).maya.api

    def state() -> str:
        row = maya.run(SERVICE, {"id": service_id})["service"]
        return row["state"] if row else "gone"

    def delist(at: datetime) -> Any:
        wish = {"input": {"serviceId": service_id, "at": at.isoformat()}}
        return ines.run(SERVICE_DELIST, wish)["serviceDelist"]

    with nothing_changes(alpha):
        assert delist(now)["code"] == "INVALID_INPUT"
        assert delist(now + timedelta(days=367))["code"] == "INVALID_INPUT"
    first, second = now + timedelta(days=3), now + timedelta(days=5)
    assert delist(first)["service"]["state"] == "PUBLISHED"
    assert delist(second)["service"]["state"] == "PUBLISHED"
    assert state() == "PUBLISHED"
    now = first
    jobs_run(alpha, at=now)
    assert state() == "PUBLISHED"  # another date took its place
    now = second
    jobs_run(alpha, at=now)
    assert state() == "gone"
    publish(alpha, service_id)
    assert delist(now + timedelta(days=1))["service"]["state"] == "PUBLISHED"
    publish(alpha, service_id)
    now += timedelta(days=1)
    jobs_run(alpha, at=now)
    assert state() == "PUBLISHED"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": []}, "INVALID_INPUT", "name"),
        ({"name": [{"language": "zh-Hans", "text": "长" * 201}]}, "INVALID_INPUT", "name"),
        ({"summary": [{"language": "en", "text": "No Chinese"}]}, "INVALID_INPUT", "summary"),
        (
            {"description": [{"language": "zh-Hans", "text": "长" * 5001}]},
            "INVALID_INPUT",
            "description",
        ),
        (
            {"description": [{"language": "zh-Hans", "text": "\x07"}]},
            "INVALID_INPUT",
            "description",
        ),
        ({"stops": []}, "INVALID_INPUT", "stops"),
        ({"stops": [{"kind": "ON_SITE"}]}, "INVALID_INPUT", "stops.0.kind"),
        (
            {"stops": [{"kind": "PICK_UP", "pin": "REQUIRED"}, {"kind": "DROP_OFF"}]},
            "INVALID_INPUT",
            "stops.0.pin",
        ),
        ({"asked": {"urgent": "REQUIRED"}}, "INVALID_INPUT", "asked.urgent"),
        ({"kind": "BUY_FOR_ME", "asked": {}}, "INVALID_INPUT", "asked.items"),
        ({"durationMinutes": 14}, "INVALID_INPUT", "durationMinutes"),
        ({"durationMinutes": 961}, "INVALID_INPUT", "durationMinutes"),
        ({"durationMinutes": -60}, "INVALID_INPUT", "durationMinutes"),
        (
            {"kind": "ON_SITE", "asked": {"duration": "OPTIONAL"}},
            "INVALID_INPUT",
            "durationMinutes",
        ),
        ({"categoryId": global_id("Category", NOWHERE)}, "NOT_FOUND", None),
        ({"id": global_id("Service", NOWHERE)}, "NOT_FOUND", None),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(
    alpha: TenantRef, shelf: str, given: dict, code: str, field: str | None
):
    answer = save(alpha, **{"categoryId": shelf, **given})
    assert (answer["code"], answer.get("field")) == (code, field)
    with tenant_scope(alpha):
        assert counts() == (0, 0, 0)


def test_the_kind_is_fixed_once_published(alpha: TenantRef, shelf: str):
    service_id = save(alpha, categoryId=shelf)["service"]["id"]
    assert save(alpha, id=service_id, categoryId=shelf, kind="DELIVERY")["service"]
    publish(alpha, service_id)
    answer = save(alpha, id=service_id, categoryId=shelf, kind="PICK_UP")
    assert (answer["code"], answer["field"]) == ("INVALID_INPUT", "kind")
    with tenant_scope(alpha):
        assert Service.objects.get().kind == "delivery"


def test_a_save_over_somebody_elses_is_refused(alpha: TenantRef, shelf: str):
    service_id = save(alpha, categoryId=shelf)["service"]["id"]
    first = {"id": service_id, "categoryId": shelf, "revision": 1}
    assert save(alpha, **first, position=7)["service"]["draft"]["revision"] == 2
    with nothing_changes(alpha):
        refused = save(alpha, **first, position=8)
    assert (refused["code"], refused["revision"], refused["byYourself"]) == (
        "SERVICE_CHANGED",
        2,
        True,
    )
    with tenant_scope(alpha):
        row = Service.objects.get()
        assert datetime.fromisoformat(refused["savedAt"]) == row.updated_at
        Service.objects.update(saved_by=None)
    with nothing_changes(alpha):
        assert save(alpha, **first)["byYourself"] is False
        new = save(alpha, categoryId=shelf, revision=1)
        assert (new["code"], new["field"]) == ("INVALID_INPUT", "revision")
    assert save(alpha, **{**first, "revision": 2})["service"]["draft"]["revision"] == 3
    # Publishing is no change of the draft; without a revision whatever there is gives way.
    publish(alpha, service_id)
    assert save(alpha, **{**first, "revision": 3})["service"]["draft"]["revision"] == 4
    assert save(alpha, id=service_id, categoryId=shelf)["service"]["draft"]["revision"] == 5


def save_twice_at_once(tenant: TenantRef) -> list[Any]:
    """Two editors save what they both began from; both have read it before either writes, unless a
    lock keeps the second out. What each was answered."""
    with tenant_scope(tenant):
        service = ServiceFactory()
    ines = cast(tenant).ines.actor
    read, check = threading.Barrier(2), services.duration_check

    def look_and_wait(*given) -> None:
        check(*given)
        with suppress(threading.BrokenBarrierError):
            read.wait(timeout=1)

    def save_at(position: int) -> None:
        with tenant_scope(tenant):
            services.service_save(
                actor=ines,
                service_id=service.id,
                revision=1,
                category_id=service.category_id,
                kind=service.kind,
                name=service.name,
                summary={},
                description={},
                declaration=Declaration.parse(service.declaration),
                duration_minutes=None,
                position=position,
                at=SOME_DAY,
            )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "duration_check", look_and_wait)
        return at_once(lambda: save_at(1), lambda: save_at(2))


def test_of_two_saving_at_once_one_is_told(alpha: TenantRef):
    answers = save_twice_at_once(alpha)
    assert sorted(map(type, answers), key=str) == sorted(
        (type(None), services.ServiceChanged), key=str
    )
    with tenant_scope(alpha):
        assert Service.objects.get().revision == 2


def test_without_the_lock_one_save_would_be_lost(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        services,
        "access_service",
        lambda *, actor, service_id: Service.objects.get(id=service_id),
    )
    assert save_twice_at_once(alpha) == [None, None]


def test_only_whoever_manages_the_catalogue_may(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        draft = ServiceFactory()
        picture = MediaFactory(service=draft)
        service = {"serviceId": global_id("Service", draft.id)}
        new = {
            "kind": "PICK_UP",
            "name": NAME,
            "categoryId": global_id("Category", draft.category_id),
        }
    calls = [
        (SERVICE_SAVE, {"input": new}),
        (SERVICE_PUBLISH, {"input": service}),
        (SERVICE_DELIST, {"input": service}),
        (MEDIA_REMOVE, {"input": {"mediaId": global_id("ServiceMedia", picture.id)}}),
        (DRAFTS, {}),
    ]
    for document, variables in calls:
        assert cast(alpha).maya.api.error_code(document, variables) == "FORBIDDEN"
        assert cast(alpha).tomas.api.error_code(document, variables) == "FORBIDDEN"
    with tenant_scope(alpha):
        assert counts() == (1, 0, 1)
        assert Service.objects.get().state == Service.State.DRAFT
    # Another tenant's service reads exactly like one that never was.
    ines = cast(beta).ines.api
    nothing = {"serviceId": global_id("Service", NOWHERE)}
    for document in (SERVICE_PUBLISH, SERVICE_DELIST):
        theirs, never = (ines.post(document, {"input": given}) for given in (service, nothing))
        assert theirs == never
    assert ines.run(DRAFTS)["draftServices"]["edges"] == []


def test_drafts_are_listed_for_their_editors(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        shelf = CategoryFactory()
        for position in range(3):
            ServiceFactory(category=shelf, position=position)
        ServiceFactory(category=shelf, published=True, position=9)
    ines = cast(alpha).ines.api
    # The session with its rights, and the services with their versions.
    with django_assert_num_queries(2):
        edges = ines.run(DRAFTS)["draftServices"]["edges"]
    assert [edge["node"]["state"] for edge in edges] == ["DRAFT"] * 3 + ["PUBLISHED"]
    assert len(ines.run(DRAFTS, {"state": "PUBLISHED"})["draftServices"]["edges"]) == 1


def test_drafts_are_found_by_name_shelf_and_state(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        above = CategoryFactory()
        below = CategoryFactory(parent=above)
        for place, (shelf, english, chinese) in enumerate(
            [
                (above, "Parcels", "取快递"),
                (below, "50% off_", "打印"),
                (CategoryFactory(), "P", ""),
            ]
        ):
            ServiceFactory(
                category=shelf, position=place, name={"en": english, "zh-Hans": chinese or english}
            )
        sold = ServiceFactory(
            category=below, position=9, name={"en": "Cleaning", "zh-Hans": "保洁"}, published=True
        )
        search_refresh(Service.objects.filter(id=sold.id))
    ines = cast(alpha).ines.api

    def found(**asked) -> list[str]:
        edges = ines.run(DRAFTS, asked)["draftServices"]["edges"]
        texts = [edge["node"]["draft"]["names"] for edge in edges]
        return [text["text"] for names in texts for text in names if text["language"] == "en"]

    every = ["Parcels", "50% off_", "P", "Cleaning"]
    assert found() == found(text="  ") == every
    assert found(text="parc") == found(text="快递") == ["Parcels"]
    assert found(text="%") == found(text="_") == ["50% off_"]
    assert found(text="baojie") == found(text="保洁") == ["Cleaning"]
    assert found(text="x" * 500) == found(text="🎈") == []
    assert found(category=global_id("Category", above.id)) == ["Parcels", "50% off_", "Cleaning"]
    assert found(category=global_id("Category", below.id), state="DRAFT") == ["50% off_"]
    assert found(category=global_id("Category", above.id), text="p") == ["Parcels"]
    # The session with its rights, and the services with their versions.
    with django_assert_num_queries(2):
        found(text="p", category=global_id("Category", above.id), state="DRAFT")
    counts = "{ categories { servicesCount children { servicesCount } } }"
    assert sum(map(counted, ines.run(counts)["categories"])) == 4
    assert sum(map(counted, cast(alpha).maya.api.run(counts)["categories"])) == 1


def counted(shelf: dict) -> int:
    return shelf["servicesCount"] + sum(below["servicesCount"] for below in shelf["children"])


def png(size: tuple[int, int] = (32, 16)) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", size, "red").save(content, "PNG")
    return SimpleUploadedFile("parcel.png", content.getvalue(), "image/png")


def test_pictures_are_added_in_order_and_taken_away(alpha: TenantRef):
    with tenant_scope(alpha):
        service_id = global_id("Service", ServiceFactory(published=True).id)
    ines = cast(alpha).ines.api
    given = {"serviceId": service_id, "alt": NAME, "upload": None}
    added = [
        ines.upload(MEDIA_ADD, {"input": given}, {"input.upload": png(size)})["serviceMediaAdd"]
        for size in ((32, 16), (16, 32))
    ]
    first, second = (answer["media"] for answer in added)
    assert (first["width"], first["height"], first["alt"]) == (32, 16, "取快递")
    assert first["url"].startswith("/files/")
    document = "query ($id: ID!) { service(id: $id) { media { id } } }"
    seen = cast(alpha).maya.api.run(document, {"id": service_id})["service"]["media"]
    assert seen == [{"id": first["id"]}, {"id": second["id"]}]
    remove = {"input": {"mediaId": first["id"]}}
    assert ines.run(MEDIA_REMOVE, remove)["serviceMediaRemove"] == {
        "__typename": "ServiceMediaRemoveSuccess",
        "mediaId": first["id"],
    }
    assert ines.run(MEDIA_REMOVE, remove)["serviceMediaRemove"]["code"] == "NOT_FOUND"
    with tenant_scope(alpha):
        assert counts() == (1, 1, 1)


def test_what_is_no_picture_is_refused(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    with tenant_scope(alpha):
        service = ServiceFactory()
        service_id = global_id("Service", service.id)
    ines = cast(alpha).ines.api

    def add(upload: SimpleUploadedFile, **given) -> dict:
        variables = {"input": {"serviceId": service_id, "upload": None, **given}}
        return ines.upload(MEDIA_ADD, variables, {"input.upload": upload})["serviceMediaAdd"]

    script = SimpleUploadedFile("a.png", b"<script>alert(1)</script>", "image/png")
    assert add(script)["code"] == "FILE_TYPE_REFUSED"
    assert add(png(), alt=[{"language": "en", "text": "x"}])["field"] == "alt"
    assert add(png(), serviceId=global_id("Service", NOWHERE))["code"] == "NOT_FOUND"
    with tenant_scope(alpha):
        assert counts() == (1, 0, 0)
        for _ in range(content.MAX_MEDIA):
            MediaFactory(service=service)
    assert add(png())["field"] == "upload"
    with tenant_scope(alpha):
        assert Media.objects.count() == content.MAX_MEDIA


def publish_twice_at_once(tenant: TenantRef) -> list[int]:
    """Two managers publish one draft together; both have read it before either writes, unless a
    lock keeps the second out. The numbers of the versions that came of it."""
    with tenant_scope(tenant):
        service = ServiceFactory()
    ines = cast(tenant).ines.actor
    read = threading.Barrier(2)
    make = services.version_of

    def version_of(service: Service, **given):
        version = make(service, **given)
        with suppress(threading.BrokenBarrierError):
            read.wait(timeout=1)
        return version

    def publish() -> None:
        with tenant_scope(tenant):
            services.service_publish(actor=ines, service_id=service.id, at=SOME_DAY)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "version_of", version_of)
        answers = at_once(publish, publish)
    assert all(answer is None or isinstance(answer, IntegrityError) for answer in answers)
    with tenant_scope(tenant):
        return sorted(ServiceVersion.objects.values_list("number", flat=True))


def test_two_publishing_at_once_make_two_versions(alpha: TenantRef):
    assert publish_twice_at_once(alpha) == [1, 2]
    with tenant_scope(alpha):
        assert Service.objects.get().version.number == 2


def test_without_the_locks_one_would_be_lost(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "publishing_lock", lambda: None)
    monkeypatch.setattr(
        services,
        "access_service",
        lambda *, actor, service_id: Service.objects.get(id=service_id),
    )
    assert publish_twice_at_once(alpha) == [1]
