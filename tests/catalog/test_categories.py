"""The tree of shelves."""

import threading
from contextlib import suppress
from uuid import UUID, uuid4

import pytest

from kernel.refusals import InvalidInput
from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog import services
from tenants.catalog.models import Category
from tests.catalog.documents import CATEGORIES, CATEGORY_SAVE
from tests.support.cast import cast
from tests.support.factories import CategoryFactory, ServiceFactory
from tests.support.ids import global_id
from tests.support.threads import at_once

ZH = [{"language": "zh-Hans", "text": "快递"}, {"language": "en", "text": "Parcels"}]


def save(tenant: TenantRef, **given) -> dict:
    return cast(tenant).ines.api.run(CATEGORY_SAVE, {"input": {"name": ZH, **given}})[
        "categorySave"
    ]


def chain(length: int) -> list[Category]:
    """Shelves, each below the one before."""
    shelves: list[Category] = []
    for _ in range(length):
        shelves.append(CategoryFactory(parent=shelves[-1] if shelves else None))
    return shelves


def rows() -> list[tuple]:
    return sorted(Category.objects.values_list("id", "parent_id", "active", "position"))


def test_a_shelf_is_made_moved_and_seen_in_its_tree(alpha: TenantRef):
    top = save(alpha, position=2)["category"]
    below = save(alpha, parentId=top["id"])["category"]
    assert (top["name"], top["position"], below["parent"]) == ("Parcels", 2, {"id": top["id"]})
    first = save(alpha, position=1)["category"]
    moved = save(alpha, id=below["id"], parentId=first["id"])["category"]
    assert moved["parent"] == {"id": first["id"]}
    tree = cast(alpha).maya.api.run(CATEGORIES)["categories"]
    assert [(node["id"], len(node["children"])) for node in tree] == [
        (first["id"], 1),
        (top["id"], 0),
    ]


def test_hiding_a_shelf_hides_all_below_it_and_what_is_on_them(alpha: TenantRef):
    with tenant_scope(alpha):
        top, middle, bottom = chain(3)
        ServiceFactory(category=bottom, published=True)
        ids = [global_id("Category", row.id) for row in (top, middle, bottom)]
    assert save(alpha, id=ids[0], active=False)["__typename"] == "CategorySaveSuccess"
    maya = cast(alpha).maya.api
    assert maya.run(CATEGORIES) == {"categories": []}
    assert maya.run("{ services { totalCount } }")["services"]["totalCount"] == 0
    assert maya.run("query ($id: ID!) { node(id: $id) { id } }", {"id": ids[2]}) == {"node": None}
    # Whoever manages the catalogue still sees it; it cannot be shown below a hidden one.
    assert cast(alpha).ines.api.run(CATEGORIES)["categories"][0]["active"] is False
    answer = save(alpha, id=ids[2], parentId=ids[1], active=True)
    assert (answer["code"], answer["field"]) == ("INVALID_INPUT", "active")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": []}, "INVALID_INPUT", "name"),
        ({"name": [{"language": "en", "text": "no Chinese"}]}, "INVALID_INPUT", "name"),
        ({"name": [{"language": "zh-Hans", "text": "长" * 201}]}, "INVALID_INPUT", "name"),
        ({"name": [{"language": "zh-Hans", "text": " "}]}, "INVALID_INPUT", "name"),
        ({"name": [*ZH, {"language": "klingon", "text": "Q"}]}, "INVALID_INPUT", "name"),
        ({"id": global_id("Category", uuid4())}, "NOT_FOUND", None),
        ({"parentId": global_id("Category", uuid4())}, "NOT_FOUND", None),
        ({"parentId": global_id("Service", uuid4())}, "NOT_FOUND", None),
    ],
)
def test_refusals_change_nothing(alpha: TenantRef, given: dict, code: str, field: str | None):
    answer = save(alpha, **given)
    assert (answer["code"], answer.get("field")) == (code, field)
    with tenant_scope(alpha):
        assert rows() == []


def test_no_cycles_and_at_most_five_levels(alpha: TenantRef):
    with tenant_scope(alpha):
        five = [global_id("Category", row.id) for row in chain(5)]
        two = [global_id("Category", row.id) for row in chain(2)]
        before = rows()
    for given in (
        {"id": five[0], "parentId": five[0]},
        {"id": five[0], "parentId": five[3]},
        {"parentId": five[4]},
        {"id": two[0], "parentId": five[3]},  # its own child would be the sixth
    ):
        answer = save(alpha, **given)
        assert (answer["code"], answer["field"]) == ("INVALID_INPUT", "parentId")
    with tenant_scope(alpha):
        assert rows() == before
    assert save(alpha, id=two[0], parentId=five[2])["__typename"] == "CategorySaveSuccess"


def test_there_is_an_end_to_shelves(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "MAX_CATEGORIES", 1)
    only = save(alpha)["category"]
    assert save(alpha)["code"] == "INVALID_INPUT"
    assert save(alpha, id=only["id"], position=5)["category"]["position"] == 5
    with tenant_scope(alpha):
        assert Category.objects.count() == 1


def test_only_whoever_manages_the_catalogue_may(alpha: TenantRef, beta: TenantRef):
    given = {"input": {"name": ZH}}
    assert cast(alpha).maya.api.error_code(CATEGORY_SAVE, given) == "FORBIDDEN"
    assert cast(alpha).tomas.api.error_code(CATEGORY_SAVE, given) == "FORBIDDEN"
    with tenant_scope(beta):
        theirs = CategoryFactory()
    answer = save(alpha, id=global_id("Category", theirs.id))
    assert answer["code"] == "NOT_FOUND"
    for tenant, count in ((alpha, 0), (beta, 1)):
        with tenant_scope(tenant):
            assert Category.objects.count() == count


def race_of_moves(tenant: TenantRef) -> list[Category]:
    """Two managers at once: a below b, and b below a. Both have read the tree before either writes,
    unless a lock keeps the second out."""
    with tenant_scope(tenant):
        a, b = CategoryFactory(), CategoryFactory()
    ines = cast(tenant).ines.actor
    read = threading.Barrier(2)
    check = services._line_up

    def line_up(tree, parent):
        with suppress(threading.BrokenBarrierError):
            read.wait(timeout=1)
        return check(tree, parent)

    def move(category_id: UUID, parent_id: UUID) -> None:
        with tenant_scope(tenant), suppress(InvalidInput):
            services.category_save(
                actor=ines,
                category_id=category_id,
                parent_id=parent_id,
                name={"zh-Hans": "快递"},
                position=0,
                active=True,
            )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "_line_up", line_up)
        answers = at_once(lambda: move(a.id, b.id), lambda: move(b.id, a.id))
    assert answers == [None, None]
    with tenant_scope(tenant):
        return list(Category.objects.filter(parent__isnull=False))


def test_two_moves_at_once_make_no_cycle(alpha: TenantRef):
    assert len(race_of_moves(alpha)) == 1


def test_without_the_lock_they_would(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "transaction_lock", lambda name: None)
    assert len(race_of_moves(alpha)) == 2
