"""What an operator has changed since it began: nothing at first, then what it did, by its names."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.events import Fact, announce
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.fleet import nobody
from registry.fleet.pool import blank_make
from registry.models import Tenant
from registry.provisioning import PROVISIONED
from registry.templates import BROUGHT_ALONG, templates_brought_along
from registry.templates.changes import Change, differences, template_changes, tenant_described
from registry.templates.format import format_check
from tenants.access.rights import DISPATCHER
from tenants.places.models import Place
from tests.registry.strategies import CURRENCIES, templates, walk
from tests.registry.test_onboarding import onboard
from tests.registry.test_templates import edit
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY
from tests.support.stage import mutate

DATA = dict(templates_brought_along())
CENTER = {"latitude": 31.0252, "longitude": 121.4337}


@pytest.fixture
def scratch() -> TenantRef:
    """A schema of nobody's, which goes after the test."""
    with platform_scope():
        return nobody(blank_make(server="main", at=SOME_DAY))


@contextmanager
def begun(
    tenant: TenantRef, template: dict[str, Any], currency: str, center: Any = None
) -> Iterator[None]:
    """An operator that has just begun with `template`, until the block ends."""
    brand = {
        "name": {"en": "Gamma"},
        "primary_color": "#000000",
        "accent_color": "#ffffff",
        "logo": "",
        "language": "en",
        "currency": currency,
        "time_zone": "Etc/UTC",
    }
    administrator = {"name": "Ines", "email": "ines@gamma.example", "invite_token": "x"}
    data = {
        "brand": brand,
        "template": template,
        "administrator": administrator,
        "center": center,
    }
    with tenant_scope(tenant), transaction.atomic():
        announce(Fact(kind=PROVISIONED, subject=tenant.id, at=SOME_DAY, data=data))
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("center", [None, CENTER])
@pytest.mark.parametrize("currency", CURRENCIES)
def test_who_has_just_begun_has_changed_nothing(
    scratch: TenantRef, currency: str, center: dict[str, float] | None
):
    for key in BROUGHT_ALONG:
        with begun(scratch, DATA[key], currency, center):
            described = tenant_described(scratch, template=DATA[key], at=SOME_DAY)
        assert described.began == described.now
        assert bool(described.now["places"]) == (center is not None and key == "campus_errands")
        assert {*described.now} == {"access", "brand", "catalog", "places", "pricing"}
        assert described.now["catalog"] and described.now["pricing"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(template=templates(), currency=st.sampled_from(CURRENCIES), laid_out=st.booleans())
def test_describing_undoes_beginning(
    scratch: TenantRef, template: dict[str, Any], currency: str, laid_out: bool
):
    format_check(template)
    with begun(scratch, template, currency, CENTER if laid_out else None):
        described = tenant_described(scratch, template=template, at=SOME_DAY)
    assert described.began == described.now
    assert described.now["catalog"] == described.began["catalog"]
    if laid_out:
        assert described.now["places"] == template["places"]


@settings(max_examples=200, deadline=None)
@given(before=templates(), after=templates())
def test_two_templates_differ_where_they_are_not_equal(
    before: dict[str, Any], after: dict[str, Any]
):
    sides = [{"catalog": side["catalog"], "pricing": side["pricing"]} for side in (before, after)]
    assert list(differences(sides[0], sides[0])) == []
    changes = list(differences(*sides))
    assert bool(changes) == (sides[0] != sides[1]) or same_but_for_order(*sides)
    for change in changes:
        assert change.before != change.after and change.path


def same_but_for_order(before: Any, after: Any) -> bool:
    """Order does not count, nor where two things of one name stand."""
    return sorted(map(str, walk(before["catalog"]["categories"]))) == sorted(
        map(str, walk(after["catalog"]["categories"]))
    )


# -- a real operator ----------------------------------------------------------------------------


@pytest.fixture
def gamma() -> Member:
    """The administrator of an operator that has begun with the campus template, centre and all."""
    onboard(center=CENTER)
    with platform_scope():
        ref = Tenant.objects.get(slug="gamma").ref()
    return cast(ref).ines


CHANGES = "{ templateChanges { section path kind before after } }"


def changes(member: Member) -> list[tuple[Any, ...]]:
    answer = member.api.run(CHANGES)["templateChanges"]
    return [
        (one["section"], " > ".join(one["path"]), one["kind"], one["before"], one["after"])
        for one in answer
    ]


def ids(member: Member, document: str) -> dict[str, str]:
    """Global ids by name."""
    (answer,) = member.api.run(document).values()
    nodes = [edge["node"] for edge in answer["edges"]] if "edges" in answer else answer
    return {node["name"]: node["id"] for node in nodes}


PLACES = "{ places(first: 100) { edges { node { id name } } } }"
SERVICES = "{ services(first: 100) { edges { node { id name } } } }"


def named(english: str, chinese: str) -> list[dict[str, str]]:
    return [{"language": "en", "text": english}, {"language": "zh-Hans", "text": chinese}]


def test_what_an_operator_does_shows_under_its_own_names(gamma: Member):
    assert changes(gamma) == []
    place, service = ids(gamma, PLACES), ids(gamma, SERVICES)
    rules = "query ($id: ID) { priceRules(serviceId: $id) { edges { node { id } } } }"
    (printing,) = gamma.api.run(rules, {"id": service["Printing"]})["priceRules"]["edges"]
    for name, wanted in (
        ("brandUpdate", {"slogan": named("Faster than you", "同学帮你跑一趟")}),
        ("serviceDelist", {"serviceId": service["Queueing"]}),
        (
            "priceRuleSave",
            {
                "ruleId": printing["node"]["id"],
                "step": "BASE",
                "serviceId": service["Printing"],
                "label": named("Service", "基础服务费"),
                "params": {"base": {"amount": 450}},
            },
        ),
        (
            "placeSave",
            {
                "id": place["Library"],
                "kind": "BUILDING",
                "parentId": place["Main campus"],
                "name": named("New library", "图书馆"),
                "point": CENTER,
            },
        ),
        (
            "placeSave",
            {
                "id": place["West gate"],
                "kind": "GATE",
                "parentId": place["Main campus"],
                "name": named("West gate", "西门"),
                "point": CENTER,
                "active": False,
            },
        ),
        ("categorySave", {"name": named("Laundry", "洗衣")}),
    ):
        assert "code" not in mutate(gamma.api, name, wanted), name
    published = gamma.api.run(
        "mutation { tariffPublish { ... on TariffPublishSuccess { tariff { number } } } }"
    )
    assert published["tariffPublish"]["tariff"]["number"] == 2
    found = changes(gamma)
    whole = {path: after or before for _, path, kind, before, after in found if kind != "CHANGED"}
    assert [change for change in found if change[2] == "CHANGED"] == [
        (
            "brand",
            "slogan > en",
            "CHANGED",
            "Your errands, run by fellow students",
            "Faster than you",
        ),
        (
            "places",
            "Main campus > places > Library > name > en",
            "CHANGED",
            "Library",
            "New library",
        ),
        ("places", "Main campus > places > Library > offset > east", "CHANGED", -30, 0),
        ("pricing", "rules > base: Printing > params > amount > CNY", "CHANGED", 300, 450),
    ]
    assert {path: kind for _, path, kind, _, _ in found if kind != "CHANGED"} == {
        "categories > A hand > services > Queueing": "REMOVED",  # and its rules with it
        "categories > Laundry": "ADDED",
        "Main campus > places > West gate": "REMOVED",
    }
    assert whole["categories > Laundry"] == {"name": {"en": "Laundry", "zh-Hans": "洗衣"}}


def test_a_renamed_service_is_the_same_service(gamma: Member):
    row = gamma.api.run(
        "{ services(first: 100) { edges { node { id name kind category { id } } } } }"
    )["services"]["edges"]
    printing = next(edge["node"] for edge in row if edge["node"]["name"] == "Printing")
    renamed = {
        "id": printing["id"],
        "categoryId": printing["category"]["id"],
        "kind": printing["kind"],
        "name": named("Prints and copies", "打印"),
        "summary": named(
            "Printed, copied, bound and brought to you.", "打印、复印、装订，送到手上。"
        ),
    }
    assert "code" not in mutate(gamma.api, "serviceSave", renamed)
    assert changes(gamma) == []  # a draft is no change yet
    assert "code" not in mutate(gamma.api, "servicePublish", {"serviceId": printing["id"]})
    paths = {path: kind for _, path, kind, _, _ in changes(gamma)}
    service = "categories > Printing > services > Printing"
    assert paths[f"{service} > name > en"] == "CHANGED"
    assert not any(path.startswith("rules") for path in paths)


def test_a_campus_that_is_moved_as_a_whole_has_not_changed(gamma: Member):
    with tenant_scope(gamma.tenant):
        for place in Place.objects.all():
            place.latitude += 0.002
            place.longitude -= 0.003
            place.save()
    assert changes(gamma) == []


def test_who_began_without_a_centre_is_not_told_of_places():
    onboard()
    with platform_scope():
        ines = cast(Tenant.objects.get(slug="gamma").ref()).ines
    assert changes(ines) == []
    mine = {"kind": "GATE", "name": named("My gate", "我的门"), "point": CENTER}
    assert "code" not in mutate(ines.api, "placeSave", mine)
    assert [change[:3] for change in changes(ines)] == [("places", "My gate", "ADDED")]


def test_it_is_told_that_there_is_a_newer_version(gamma: Member, alpha: TenantRef):
    standing = "{ templateVersion { key title number newest } }"
    began = {"key": "campus_errands", "title": "Campus errands", "number": 1, "newest": 1}
    assert gamma.api.run(standing)["templateVersion"] == began
    edit()
    assert gamma.api.run(standing)["templateVersion"] == began | {"newest": 2}
    assert changes(gamma) == []
    assert cast(alpha).ines.api.run(standing) == {"templateVersion": None}


def test_for_who_began_with_no_template_all_is_new(alpha: TenantRef):
    assert template_changes(alpha, at=SOME_DAY) == []
    shelf = {"name": named("Shelf", "货架")}
    assert "code" not in mutate(cast(alpha).ines.api, "categorySave", shelf)
    assert template_changes(alpha, at=SOME_DAY) == [
        Change(
            section="catalog",
            path=("categories", "Shelf"),
            kind="added",  # type: ignore[arg-type]
            before=None,
            after={"name": {"en": "Shelf", "zh-Hans": "货架"}},
        )
    ]


def test_only_who_manages_catalogue_or_brand_is_told(gamma: Member):
    others = cast(gamma.tenant)
    dora = others.person(13, "Dora", DISPATCHER, email="dora@example.test")
    for api in (others.maya.api, dora.api):
        assert api.error_code(CHANGES) == "FORBIDDEN"
        assert api.error_code("{ templateVersion { number } }") == "FORBIDDEN"
