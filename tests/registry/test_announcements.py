"""What the owner tells operators reaches their staff, by plan and in time."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, platform_scope
from registry.models import OwnerAction, PlatformAnnouncement, Tenant
from registry.resolver import resolver
from tenants.access.rights import FINANCE
from tests.support.cast import cast, olga
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate

HERE = "{ platformAnnouncements { kind title body startsAt endsAt } }"


def texts(word: str) -> list[dict[str, str]]:
    return [{"language": "en", "text": word}, {"language": "zh-Hans", "text": f"{word}。"}]


def publish(word: str, /, **given: Any) -> dict[str, Any]:
    input = {"kind": "NEWS", "title": texts(word), "body": texts("In full"), **given}
    select = "announcement { id kind plans startsAt endsAt title { language text } }"
    return mutate(olga().api, "announcementPublish", input, select)


def titles(tenant: TenantRef, language: str = "en") -> list[str]:
    found = cast(tenant).ines.api.run(HERE, language=language)["platformAnnouncements"]
    return [each["title"] for each in found]


def hours(number: int) -> str:
    return (clock.now() + timedelta(hours=number)).isoformat()


def test_staff_read_it_in_their_language_and_customers_do_not(alpha: TenantRef):
    publish("A new board")
    assert titles(alpha) == ["A new board"]
    assert titles(alpha, "zh-Hans") == ["A new board。"]
    people = cast(alpha)
    finn = people.person(14, "Finn", FINANCE, email="finn@example.test")
    assert len(finn.api.run(HERE)["platformAnnouncements"]) == 1
    assert people.maya.api.error_code(HERE) == "FORBIDDEN"
    assert Api("alpha.localhost").error_code(HERE) == "UNAUTHENTICATED"
    assert olga().api.error_code(HERE) == "WRONG_HOST"


def test_by_plan(alpha: TenantRef, beta: TenantRef):
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(terms={"plan": "growth"})
    resolver.clear()
    publish("For growth", plans=["growth", "growth"])
    publish("For small", plans=["small"])
    publish("For all")
    assert titles(alpha) == ["For all", "For growth"]
    assert titles(beta) == ["For all"]
    resolver.clear()


def test_in_time(alpha: TenantRef):
    publish("Was", startsAt=hours(-3), endsAt=hours(-1))
    publish("Is", startsAt=hours(-2), endsAt=hours(1))
    publish("Will be", startsAt=hours(1))
    published = publish("Ends now")["announcement"]
    assert titles(alpha) == ["Ends now", "Is"]
    ended = mutate(
        olga().api,
        "announcementEnd",
        {"announcementId": published["id"]},
        "announcement { endsAt }",
    )
    assert ended["announcement"]["endsAt"]
    assert titles(alpha) == ["Is"]
    with platform_scope():
        actions = OwnerAction.objects.values_list("action", flat=True)
        assert sorted(set(actions)) == ["announcementEnd", "announcementPublish"]


def test_ending_twice_changes_nothing(alpha: TenantRef):
    announcement = {"announcementId": publish("X")["announcement"]["id"]}
    select = "announcement { endsAt }"
    first = mutate(olga().api, "announcementEnd", announcement, select)
    assert mutate(olga().api, "announcementEnd", announcement, select) == first
    nothing = {"announcementId": global_id("Announcement", alpha.id)}
    assert mutate(olga().api, "announcementEnd", nothing)["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "given",
    [
        {"title": []},
        {"title": [{"language": "zh-Hans", "text": "只有中文"}]},
        {"title": texts("x" * 121)},
        {"title": [{"language": "xx-xx-xx", "text": "x"}]},
        {"body": texts("")},
        {"endsAt": "2020-01-01T00:00:00Z"},
        {"kind": "INCIDENT", "plans": ["growth"]},
    ],
)
def test_what_cannot_be_announced(given: dict[str, Any]):
    assert publish("Fine", **given)["code"] == "INVALID_INPUT"
    with platform_scope():
        assert not PlatformAnnouncement.objects.exists() and not OwnerAction.objects.exists()


def test_owners_see_them_all(alpha: TenantRef):
    publish("One", startsAt=hours(-2), endsAt=hours(-1))
    publish("Two", startsAt=hours(5), kind="MAINTENANCE")
    document = "{ announcements { edges { node { kind title { text } } } } }"
    edges = olga().api.run(document)["announcements"]["edges"]
    assert [edge["node"]["kind"] for edge in edges] == ["MAINTENANCE", "NEWS"]
    assert cast(alpha).ines.api.error_code(document) == "WRONG_HOST"
    assert Api("platform.localhost").error_code(document) == "UNAUTHENTICATED"
