"""What an operator announces: to whom, from when until when."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.brand.bulletins import MAX_BULLETINS
from tenants.brand.models import Bulletin
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, mutation, nothing_changes, stage

READ = "bulletin { id title text audience pinned shownFrom shownUntil }"
SHOWN = "{ bulletins { title text } }"
KEPT = "{ bulletinsKept { title titles { language text } } }"


@pytest.fixture
def on(alpha: TenantRef) -> Stage:
    return stage(alpha)


def words(english: str, chinese: str) -> list[dict[str, str]]:
    return [{"language": "en", "text": english}, {"language": "zh-Hans", "text": chinese}]


def announce(on: Stage, title: str, **more: Any) -> Any:
    given = {"title": words(title, title), **more}
    return mutate(on.ines.api, "bulletinSave", given, READ)


def titles(api: Api) -> list[str]:
    return [row["title"] for row in api.run(SHOWN)["bulletins"]]


def test_to_whom_and_in_which_order(alpha: TenantRef, beta: TenantRef, on: Stage):
    announce(on, "all", text=words("One\nTwo", "一\n二"))
    announce(on, "customers", audience="CUSTOMERS", pinned=True)
    announce(on, "couriers", audience="COURIERS")
    anybody = Api("alpha.localhost")
    assert titles(anybody) == titles(on.maya.api) == ["customers", "all"]
    assert set(titles(on.tomas.api)) == {"all", "couriers"} | (
        {"customers"} if "order_as_customer" in on.tomas.rights else set()
    )
    assert titles(on.dora.api) == ["all"]
    assert len(on.ines.api.run(KEPT)["bulletinsKept"]) == 3
    assert on.maya.api.error_code(KEPT) == "FORBIDDEN"
    assert titles(Api("beta.localhost")) == []
    chinese = anybody.run(SHOWN, language="zh-Hans")["bulletins"]
    assert chinese[1]["text"] == "一\n二"


def test_from_when_until_when(alpha: TenantRef, on: Stage):
    now = clock.now()
    later, over = (now + timedelta(hours=1)).isoformat(), (now - timedelta(hours=1)).isoformat()
    long_ago = (now - timedelta(hours=2)).isoformat()
    announce(on, "later", shownFrom=later)
    announce(on, "over", shownFrom=long_ago, shownUntil=over)
    announce(on, "now", shownFrom=long_ago, shownUntil=later)
    anybody = Api("alpha.localhost")
    assert titles(anybody) == ["now"]
    with tenant_scope(alpha):
        hidden = Bulletin.objects.get(title__en="later")
    node = "query ($id: ID!) { node(id: $id) { ... on Bulletin { title } } }"
    key = {"id": global_id("Bulletin", hidden.id)}
    assert anybody.run(node, key)["node"] is None
    assert on.ines.api.run(node, key)["node"] == {"title": "later"}


def test_it_is_changed_and_taken_down(alpha: TenantRef, on: Stage):
    first = announce(on, "first")["bulletin"]
    again = announce(on, "second", id=first["id"], pinned=True)["bulletin"]
    assert (again["id"], again["title"], again["shownFrom"]) == (
        first["id"],
        "second",
        first["shownFrom"],
    )
    gone = mutate(on.ines.api, "bulletinRemove", {"bulletinId": first["id"]}, "bulletinId")
    assert gone["bulletinId"] == first["id"] and titles(on.maya.api) == []
    with nothing_changes(alpha):
        assert announce(on, "third", id=first["id"])["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": [{"language": "en", "text": "English alone"}]}, "title"),
        ({"title": words("x" * 81, "x")}, "title"),
        ({"text": words("x" * 2001, "x")}, "text"),
        ({"shownFrom": "2026-03-02T09:00:00Z", "shownUntil": "2026-03-02T09:00:00Z"}, "shownUntil"),
    ],
)
def test_what_is_refused(alpha: TenantRef, on: Stage, given: dict[str, Any], field: str):
    with nothing_changes(alpha):
        document = mutation("bulletinSave", READ).replace(
            "... on UserError", "... on InvalidInputError { field } ... on UserError"
        )
        whole = {"input": {"title": words("a", "b"), **given}}
        answer = on.ines.api.run(document, whole)["result"]
        assert (answer["code"], answer["field"]) == ("INVALID_INPUT", field)
        assert on.maya.api.error_code(mutation("bulletinSave"), whole) == "FORBIDDEN"


def test_so_many_and_no_more(alpha: TenantRef, on: Stage):
    with tenant_scope(alpha):
        Bulletin.objects.bulk_create(
            Bulletin(title={"zh-Hans": "告"}, shown_from=SOME_DAY, updated_at=SOME_DAY)
            for _ in range(MAX_BULLETINS)
        )
    with nothing_changes(alpha):
        assert announce(on, "one more")["code"] == "INVALID_INPUT"
