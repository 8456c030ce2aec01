"""Pictures that customers answer with: theirs alone, kept while they are needed, gone otherwise."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kernel import clock
from kernel.files import storage_name
from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.models import FormPhoto, Service, ServiceKind
from tenants.catalog.photos import KEPT_FOR, MAX_WAITING, photo_sweep
from tests.support.cast import Member
from tests.support.factories import CAMPUS, ServiceFactory, TariffFactory
from tests.support.factories_orders import ON_SITE, photo
from tests.support.ids import global_id
from tests.support.jobs import jobs_waiting
from tests.support.stage import Stage, mutate, nothing_changes, stage

PHOTO = "photo { answer url width height }"
FORM = [
    {
        "key": "damage",
        "type": "photo",
        "most": 2,
        "required": True,
        "label": {"en": "What is broken?", "zh-Hans": "哪里坏了?"},
    }
]
ANSWERS = "query ($id: ID!) { order(id: $id) { answers { key type value text photos } } }"


@pytest.fixture
def on(alpha: TenantRef) -> Stage:
    return stage(alpha)


@pytest.fixture
def repair(alpha: TenantRef) -> Service:
    with tenant_scope(alpha):
        TariffFactory()
        return ServiceFactory(
            published=True,
            kind=ServiceKind.ON_SITE,
            declaration=ON_SITE.serialise() | {"form": FORM},
            duration_minutes=60,
        )


def sent(member: Member) -> dict[str, Any]:
    photo_ = mutate(member.api, "formPhotoUpload", {}, PHOTO, upload=photo())["photo"]
    assert isinstance(photo_, dict)
    return photo_


def quote(member: Member, service: Service, damage: Any) -> Any:
    point = {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}
    wish = {
        "serviceId": global_id("Service", service.id),
        "stops": [{"position": {"point": point}}],
        "answers": [{"key": "damage", "value": {"photos": damage}}],
    }
    return mutate(member.api, "quoteCreate", wish, "quote { id }")


def test_from_the_picture_to_the_order(alpha: TenantRef, on: Stage, repair: Service):
    form = on.maya.api.run(
        "query ($id: ID!) { service(id: $id) { declared { form { type most } formSchema } } }",
        {"id": global_id("Service", repair.id)},
    )["service"]["declared"]
    assert form["form"] == [{"type": "PHOTO", "most": 2}]
    assert form["formSchema"]["properties"]["damage"]["x-upload"] == "formPhotoUpload"
    first, second = sent(on.maya), sent(on.maya)
    assert (first["width"], first["height"]) == (40, 30)
    taken = quote(on.maya, repair, [first["answer"], second["answer"]])
    assert taken["__typename"] == "QuoteCreateSuccess", taken
    again = quote(on.maya, repair, [first["answer"]])  # another price for the same
    placed = mutate(
        on.maya.api,
        "orderPlace",
        {"quoteId": taken["quote"]["id"], "paymentMethod": "ON_DELIVERY", "idempotencyKey": "a"},
        "order { id }",
    )
    assert again["quote"] and placed["order"]
    with tenant_scope(alpha):
        for each in FormPhoto.objects.all():
            photo_sweep(photo_id=each.id, at=clock.now() + 2 * KEPT_FOR)
        assert FormPhoto.objects.exclude(taken_at=None).count() == 2
    for who in (on.maya, on.ines):
        [answer] = who.api.run(ANSWERS, {"id": placed["order"]["id"]})["order"]["answers"]
        assert (answer["key"], answer["type"], answer["text"]) == ("damage", "PHOTO", "2")
        assert answer["value"] == [first["answer"], second["answer"]]
        got = who.api.client.get(answer["photos"][0])
        assert got.status_code == 200 and got["Content-Type"] == "image/webp"


def test_only_ones_own_pictures_are_there(
    alpha: TenantRef, beta: TenantRef, on: Stage, repair: Service
):
    hers = sent(on.maya)["answer"]
    theirs = sent(stage(beta).maya)["answer"]
    with nothing_changes(alpha):
        absent = quote(on.noor, repair, [str(uuid4())])
        assert absent["__typename"] == "InvalidInputError"
        for wrong in ([hers], [theirs]):
            assert quote(on.noor, repair, wrong) == absent
        assert quote(on.maya, repair, [theirs]) == absent
        for wrong in ([], [hers, hers], [hers] * 3, [hers.upper()], ["x" * 5000]):
            assert quote(on.maya, repair, wrong)["code"] == "INVALID_INPUT"


def test_what_no_quote_takes_is_gone_after_a_day(alpha: TenantRef, on: Stage):
    sent(on.maya)
    with tenant_scope(alpha):
        waiting = FormPhoto.objects.get()
        name = storage_name(waiting.file)
        assert default_storage.exists(name)
        photo_sweep(photo_id=waiting.id, at=waiting.created_at + KEPT_FOR - timedelta(seconds=1))
        assert FormPhoto.objects.exists()
    [job] = [each for each in jobs_waiting(alpha) if each.name == "catalog.photo_sweep"]
    assert job.run_at == waiting.created_at + KEPT_FOR
    with tenant_scope(alpha):
        for _ in range(2):  # a job may run twice
            photo_sweep(photo_id=waiting.id, at=waiting.created_at + KEPT_FOR)
        assert not FormPhoto.objects.exists() and not default_storage.exists(name)


def test_a_picture_is_made_anew_and_what_is_none_is_refused(alpha: TenantRef, on: Stage):
    content = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A phone of maya's"
    Image.new("RGB", (20, 10)).save(content, "JPEG", exif=exif)
    told = SimpleUploadedFile("a.jpg", content.getvalue(), content_type="image/jpeg")
    mutate(on.maya.api, "formPhotoUpload", {}, PHOTO, upload=told)
    with tenant_scope(alpha), default_storage.open(storage_name(FormPhoto.objects.get().file)) as f:
        assert b"maya" not in f.read()
    page = SimpleUploadedFile("a.jpg", b"<html>", content_type="image/jpeg")
    with nothing_changes(alpha):
        refused = mutate(on.maya.api, "formPhotoUpload", {}, PHOTO, upload=page)
        assert refused["code"] == "FILE_TYPE_REFUSED"


def test_so_many_pictures_wait_and_no_more(alpha: TenantRef, on: Stage):
    with tenant_scope(alpha):
        FormPhoto.objects.bulk_create(
            FormPhoto(
                person_id=on.maya.id, file="nowhere", width=1, height=1, created_at=clock.now()
            )
            for _ in range(MAX_WAITING)
        )
    with nothing_changes(alpha):
        refused = mutate(on.maya.api, "formPhotoUpload", {}, PHOTO, upload=photo())
        assert refused["code"] == "TOO_MANY_PHOTOS"
    assert sent(on.noor)
