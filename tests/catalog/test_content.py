"""What stands beside a service: lines, galleries with videos, cases with consent, questions."""

import struct
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from kernel.videos import NotAVideo, video_read
from tenants.catalog.content import MAX_CASES, MAX_FAQS
from tenants.catalog.models import Case, CasePicture, Faq, Line, Media, Service
from tests.catalog.test_services import png
from tests.support.cast import cast
from tests.support.database import SOME_DAY
from tests.support.factories import ServiceFactory
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes

ALPHA = Api("alpha.localhost")
SHOWN = """
query ($id: ID!) { service(id: $id) {
  line { key name hours { week { spans { opens } } } }
  media { kind moment seconds alt }
  cases { title story consentAt shown pictures { moment alt url } }
  faqs { question answer }
} }
"""
TEXT = [{"language": "zh-Hans", "text": "中文"}, {"language": "en", "text": "English"}]
ENGLISH = [{"language": "en", "text": "No Chinese"}]
CONSENT = SOME_DAY.isoformat()


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def mp4(*, seconds: int = 5, size: tuple[int, int] = (64, 48), brand: bytes = b"isom") -> bytes:
    """A film of the shape of a phone's, with the place where it was made."""
    mvhd = box(b"mvhd", bytes(12), struct.pack(">II", 1000, seconds * 1000), bytes(80))
    tkhd = box(b"tkhd", bytes(76), struct.pack(">II", size[0] << 16, size[1] << 16))
    place = box(b"udta", box("©xyz".encode("latin-1"), b"+31.0252+121.4337/"))
    moov = box(b"moov", mvhd, box(b"trak", tkhd, place), place)
    return box(b"ftyp", brand, bytes(4)) + moov + box(b"mdat", b"frames") + box(b"uuid", b"Maya")


def film(content: bytes | None = None, said: str = "video/mp4") -> SimpleUploadedFile:
    return SimpleUploadedFile("film.mp4", mp4() if content is None else content, said)


@pytest.fixture
def service(alpha: TenantRef) -> Service:
    with tenant_scope(alpha):
        return ServiceFactory(published=True)


def shown(service: Service, api: Api = ALPHA) -> Any:
    return api.run(SHOWN, {"id": global_id("Service", service.id)})["service"]


def test_a_film_is_read_and_tells_nothing_of_who_made_it():
    content = mp4(seconds=7, size=(1920, 1080))
    video = video_read(content)
    assert (video.width, video.height, video.seconds) == (1920, 1080, 7)
    assert len(video.content) == len(content)
    assert b"+31.0252" in content and b"Maya" in content
    assert b"+31.0252" not in video.content and b"Maya" not in video.content
    assert b"frames" in video.content
    assert video_read(video.content).content == video.content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ftyp",
        b"<html>",
        mp4(brand=b"qt  "),
        mp4(seconds=0),
        mp4(size=(0, 0)),
        mp4()[:-30],
        mp4()[8:],
        mp4().replace(b"mdat", b"mdxx"),
        struct.pack(">I4s", 2**31, b"ftyp") + b"isom",
        box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"moov", 2**63),
        box(b"ftyp", b"isom") + box(b"free") * 5000,
    ],
)
def test_what_is_no_film(content: bytes):
    with pytest.raises(NotAVideo):
        video_read(content)


def test_a_gallery_has_moments_and_videos(alpha: TenantRef, service: Service):
    ines = cast(alpha).ines.api
    given = {"serviceId": global_id("Service", service.id), "alt": TEXT}
    added = "media { id kind moment seconds width url }"
    for moment in ("BEFORE", "AFTER"):
        done = mutate(ines, "serviceMediaAdd", {**given, "moment": moment}, added, upload=png())
        assert (done["media"]["kind"], done["media"]["seconds"]) == ("PICTURE", None)
    done = mutate(ines, "serviceMediaAdd", {**given, "kind": "VIDEO"}, added, upload=film())
    assert done["media"]["seconds"] == 5 and done["media"]["width"] == 64
    answer = ines.client.get(done["media"]["url"])
    assert answer.headers["Content-Type"] == "video/mp4"
    assert "attachment" not in answer.headers["Content-Disposition"]
    assert b"+31.0252" not in b"".join(answer.streaming_content)
    assert [(each["kind"], each["moment"]) for each in shown(service)["media"]] == [
        ("PICTURE", "BEFORE"),
        ("PICTURE", "AFTER"),
        ("VIDEO", "OTHER"),
    ]
    with tenant_scope(alpha):
        file = Media.objects.get(kind="video").file
    with nothing_changes(alpha):
        for upload, kind, code in (
            (film(mp4(seconds=61)), "VIDEO", "VIDEO_TOO_LONG"),
            (film(b"no film"), "VIDEO", "FILE_TYPE_REFUSED"),
            (film(said="image/png"), "VIDEO", "FILE_TYPE_REFUSED"),
            (film(), "PICTURE", "FILE_TYPE_REFUSED"),
            (png(), "VIDEO", "FILE_TYPE_REFUSED"),
            (film(mp4() + bytes(10_000_001)), "VIDEO", "FILE_TOO_LARGE"),
        ):
            assert (
                mutate(ines, "serviceMediaAdd", {**given, "kind": kind}, upload=upload)["code"]
                == code
            )
    mutate(ines, "serviceMediaRemove", {"mediaId": done["media"]["id"]})
    assert not default_storage.exists(f"{alpha.label}/{file}")


def test_a_case_is_shown_only_by_consent(alpha: TenantRef, service: Service):
    ines = cast(alpha).ines.api
    given = {"serviceId": global_id("Service", service.id), "title": TEXT, "story": TEXT}
    case = mutate(ines, "serviceCaseSave", given, "case { id shown consentAt }")["case"]
    assert (case["shown"], case["consentAt"]) == (False, None)
    show = {"caseId": case["id"], "shown": True}
    with nothing_changes(alpha):
        later = (clock.now() + timedelta(days=1)).isoformat()
        for wrong, field in (
            (show, "consentAt"),
            ({**show, "consentAt": later}, "consentAt"),
            ({**show, "consentAt": CONSENT}, "shown"),
        ):
            refused = mutate(ines, "serviceCaseShow", wrong, "__typename")
            assert refused["code"] == "INVALID_INPUT" and refused["message"].startswith(field)
    picture = {"caseId": case["id"], "alt": TEXT, "moment": "AFTER"}
    added = mutate(ines, "casePictureAdd", picture, "picture { id }", upload=png())["picture"]
    assert shown(service)["cases"] == []
    node = "query ($id: ID!) { node(id: $id) { id } }"
    for key in (case["id"], added["id"]):
        assert ALPHA.run(node, {"id": key}) == {"node": None}
    mutate(ines, "serviceCaseShow", {**show, "consentAt": CONSENT})
    [seen] = shown(service)["cases"]
    assert (seen["title"], seen["consentAt"]) == ("English", None)
    assert seen["pictures"][0]["moment"] == "AFTER"
    assert shown(service, ines)["cases"][0]["consentAt"] is not None
    # Consent that is withdrawn hides it at once.
    mutate(ines, "serviceCaseShow", {"caseId": case["id"], "shown": False})
    assert shown(service)["cases"] == []
    with tenant_scope(alpha), pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.update(shown=True)
    # The last picture hides it, and it takes its files along.
    mutate(ines, "serviceCaseShow", {**show, "consentAt": CONSENT})
    mutate(ines, "casePictureRemove", {"pictureId": added["id"]})
    assert shown(service)["cases"] == []
    mutate(ines, "casePictureAdd", picture, upload=png())
    with tenant_scope(alpha):
        file = CasePicture.objects.get().file
        assert default_storage.exists(f"{alpha.label}/{file}")
    mutate(ines, "serviceCaseRemove", {"caseId": case["id"]})
    with tenant_scope(alpha):
        assert not default_storage.exists(f"{alpha.label}/{file}")
        assert (Case.objects.count(), CasePicture.objects.count()) == (0, 0)


def test_what_a_picture_shows_is_said_anew(alpha: TenantRef, service: Service):
    ines = cast(alpha).ines.api
    words = "{ id alt alts { language text } }"
    given = {"serviceId": global_id("Service", service.id)}
    media = mutate(ines, "serviceMediaAdd", given, f"media {words}", upload=png())["media"]
    assert (media["alt"], media["alts"]) == ("", [])
    said = mutate(
        ines, "serviceMediaDescribe", {"mediaId": media["id"], "alt": TEXT}, f"media {words}"
    )
    assert said["media"] == {"id": media["id"], "alt": "English", "alts": TEXT}
    assert [each["alt"] for each in shown(service)["media"]] == ["English"]

    case = mutate(ines, "serviceCaseSave", {**given, "title": TEXT}, "case { id }")["case"]
    picture = mutate(
        ines,
        "casePictureAdd",
        {"caseId": case["id"], "alt": TEXT},
        "picture { id }",
        upload=png(),
    )["picture"]
    chinese = {"pictureId": picture["id"], "alt": TEXT[:1]}
    said = mutate(ines, "casePictureDescribe", chinese, f"picture {words}")
    assert said["picture"]["alts"] == TEXT[:1]

    long = [{"language": "zh-Hans", "text": "长" * 201}]
    with nothing_changes(alpha):
        for wrong in (ENGLISH, long):
            for name, what in (
                ("serviceMediaDescribe", {"mediaId": media["id"]}),
                ("casePictureDescribe", {"pictureId": picture["id"]}),
            ):
                assert mutate(ines, name, {**what, "alt": wrong})["code"] == "INVALID_INPUT"
        absent = {"mediaId": global_id("ServiceMedia", uuid4()), "alt": TEXT}
        assert mutate(ines, "serviceMediaDescribe", absent)["code"] == "NOT_FOUND"
        absent = {"pictureId": global_id("CasePicture", uuid4()), "alt": TEXT}
        assert mutate(ines, "casePictureDescribe", absent)["code"] == "NOT_FOUND"
    mutate(ines, "serviceMediaDescribe", {"mediaId": media["id"], "alt": []})
    assert [each["alt"] for each in shown(service)["media"]] == [""]


def test_questions_and_what_cannot_be_one(alpha: TenantRef, service: Service):
    ines = cast(alpha).ines.api
    given = {"serviceId": global_id("Service", service.id), "question": TEXT, "answer": TEXT}
    faq = mutate(ines, "serviceFaqSave", given, "faq { id }")["faq"]
    new = [{"language": "zh-Hans", "text": "第一行\n第二行"}]
    mutate(ines, "serviceFaqSave", {**given, "id": faq["id"], "answer": new})
    assert shown(service)["faqs"] == [{"question": "English", "answer": "第一行\n第二行"}]
    with tenant_scope(alpha):
        other = ServiceFactory(published=True)
    with nothing_changes(alpha):
        for wrong, code in (
            ({"question": ENGLISH}, "INVALID_INPUT"),
            ({"question": []}, "INVALID_INPUT"),
            ({"answer": []}, "INVALID_INPUT"),
            ({"id": global_id("ServiceFaq", uuid4())}, "NOT_FOUND"),
            # A question of one service is none of another's.
            ({"id": faq["id"], "serviceId": global_id("Service", other.id)}, "NOT_FOUND"),
        ):
            assert mutate(ines, "serviceFaqSave", {**given, **wrong})["code"] == code
    with tenant_scope(alpha):
        Faq.objects.bulk_create(
            Faq(service=service, question={}, answer={}) for _ in range(MAX_FAQS - 1)
        )
        Case.objects.bulk_create(
            Case(service=service, title={}, created_at=SOME_DAY) for _ in range(MAX_CASES)
        )
    with nothing_changes(alpha):
        assert mutate(ines, "serviceFaqSave", given)["code"] == "INVALID_INPUT"
        case = {"serviceId": given["serviceId"], "title": TEXT}
        assert mutate(ines, "serviceCaseSave", case)["code"] == "INVALID_INPUT"
    mutate(ines, "serviceFaqRemove", {"faqId": faq["id"]})
    with tenant_scope(alpha):
        assert Faq.objects.count() == MAX_FAQS - 1


def test_the_order_is_kept(alpha: TenantRef, service: Service):
    ines = cast(alpha).ines.api
    with tenant_scope(alpha):
        faqs = [
            Faq.objects.create(
                service=service, question={"en": word}, answer={"en": word}, position=number
            )
            for number, word in enumerate("abc")
        ]
        other = Faq.objects.create(
            service=ServiceFactory(published=True), question={"en": "x"}, answer={"en": "x"}
        )
    keys = [global_id("ServiceFaq", faq.id) for faq in faqs]
    given = {"serviceId": global_id("Service", service.id)}
    mutate(ines, "serviceContentArrange", {**given, "faqIds": [keys[2], keys[0], keys[1]]})
    assert [faq["question"] for faq in shown(service)["faqs"]] == ["c", "a", "b"]
    with nothing_changes(alpha):
        for ids, code in (
            (keys[:2], "INVALID_INPUT"),
            ([*keys, keys[0]], "INVALID_INPUT"),
            ([keys[0], keys[0], keys[1]], "INVALID_INPUT"),
            ([*keys[:2], global_id("ServiceFaq", other.id)], "NOT_FOUND"),
            ([], "INVALID_INPUT"),
        ):
            refused = mutate(ines, "serviceContentArrange", {**given, "faqIds": ids})
            assert refused["code"] == code


def test_a_line_of_service_is_declared(alpha: TenantRef, beta: TenantRef, service: Service):
    ines = cast(alpha).ines.api
    hours = {"week": [{"weekdays": ["MONDAY"], "opens": "09:00", "closes": "18:00"}]}
    given = {"key": "pet_care", "name": TEXT, "kind": "PICK_UP", "hours": hours}
    line = mutate(ines, "lineSave", given, "line { id key names { text } kind }")["line"]
    save = {
        "id": global_id("Service", service.id),
        "categoryId": global_id("Category", service.category_id),
        "kind": "PICK_UP",
        "name": TEXT,
    }
    mutate(ines, "serviceSave", {**save, "lineId": line["id"]})
    assert shown(service)["line"]["key"] == "pet_care"
    assert shown(service)["line"]["hours"]["week"][0] == {"spans": [{"opens": "09:00"}]}
    assert (
        ALPHA.run("{ lines { key hours { week { weekday } } } }")["lines"][0]["key"] == "pet_care"
    )
    with tenant_scope(beta):
        theirs = Line.objects.create(key="theirs", name={"en": "x"}, kind="pick_up")
        cleaning = ServiceFactory(kind="on_site")
    with tenant_scope(alpha):
        cleaning = ServiceFactory(kind="on_site")
    with nothing_changes(alpha):
        for wrong, code in (
            ({**given, "key": "pet_care"}, "INVALID_INPUT"),
            ({**given, "key": "Pet care"}, "INVALID_INPUT"),
            ({**given, "key": ""}, "INVALID_INPUT"),
            ({**given, "key": "other", "name": ENGLISH}, "INVALID_INPUT"),
            ({**given, "id": line["id"], "kind": "ON_SITE"}, "INVALID_INPUT"),
            ({**given, "id": global_id("Line", theirs.id)}, "NOT_FOUND"),
        ):
            assert mutate(ines, "lineSave", wrong)["code"] == code
        assert mutate(ines, "lineRemove", {"lineId": line["id"]})["code"] == "INVALID_INPUT"
        other = {
            **save,
            "id": global_id("Service", cleaning.id),
            "kind": "ON_SITE",
            "lineId": line["id"],
        }
        assert mutate(ines, "serviceSave", other)["code"] == "INVALID_INPUT"
        gone = {**save, "lineId": global_id("Line", theirs.id)}
        assert mutate(ines, "serviceSave", gone)["code"] == "NOT_FOUND"
    mutate(ines, "serviceSave", save)
    assert shown(service)["line"] is None
    mutate(ines, "lineRemove", {"lineId": line["id"]})
    with tenant_scope(alpha):
        assert Line.objects.count() == 0


def test_only_whoever_manages_the_catalogue_writes_it(alpha: TenantRef, service: Service):
    maya = cast(alpha).maya.api
    given = {"serviceId": global_id("Service", service.id), "question": TEXT, "answer": TEXT}
    document = (
        "mutation ($input: ServiceFaqSaveInput!) { serviceFaqSave(input: $input) { __typename } }"
    )
    with nothing_changes(alpha):
        assert maya.error_code(document, {"input": given}) == "FORBIDDEN"
        assert ALPHA.error_code(document, {"input": given}) == "UNAUTHENTICATED"


def test_beside_what_is_off_sale_nothing_is_seen(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        service = ServiceFactory(delisted=True)
        faq = Faq.objects.create(service=service, question={"en": "x"}, answer={"en": "x"})
        on_sale = ServiceFactory(published=True)
        for number in range(4):
            case = Case.objects.create(
                service=on_sale,
                title={"en": f"Case {number}"},
                consent_at=SOME_DAY,
                shown=True,
                created_at=SOME_DAY,
            )
            CasePicture.objects.create(
                case=case, file="x.webp", width=1, height=1, created_at=SOME_DAY
            )
            Faq.objects.create(service=on_sale, question={"en": "x"}, answer={"en": "x"})
    node = {"id": global_id("ServiceFaq", faq.id)}
    assert ALPHA.run("query ($id: ID!) { node(id: $id) { id } }", node) == {"node": None}
    # The service, its pictures, its cases and their pictures, its questions; it is of no line.
    with django_assert_num_queries(5):
        assert len(shown(on_sale)["cases"]) == 4
