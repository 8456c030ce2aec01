"""Favourites, what was looked at, and recommendations with their reasons and their switch."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Person
from tenants.catalog import personal
from tenants.catalog.models import Chosen, Favourite, Preference, Seen, Service
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY
from tests.support.factories import CategoryFactory, PersonFactory, ServiceFactory
from tests.support.factories_orders import QuoteFactory
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate, mutation, nothing_changes

ALPHA = Api("alpha.localhost")
FAVOURITES = "{ list: favouriteServices { edges { node { name } } } }"
SEEN = "{ list: seenServices { edges { node { name } } } }"
RECOMMENDED = """{ recommendations {
  name media { url } category { name } recommended { reason text }
} }"""


def listed(api: Api, document: str) -> list[str]:
    return [edge["node"]["name"] for edge in api.run(document)["list"]["edges"]]


def recommended(api: Api) -> dict[str, str]:
    rows = api.run(RECOMMENDED)["recommendations"]
    return {row["name"]: row["recommended"]["reason"] for row in rows}


def offer(name: str, **given: Any) -> Service:
    return ServiceFactory(published=True, name={"en": name, "zh-Hans": name}, **given)


def chose(person_id: Any, service: Service, *, place: Any = None, ago: int = 0) -> None:
    personal.service_chosen(
        person_id=person_id,
        service_id=service.id,
        place_id=place,
        at=SOME_DAY - timedelta(days=ago),
    )


def favour(member: Member, service: Service, *, kept: bool = True) -> Any:
    given = {"serviceId": global_id("Service", service.id), "kept": kept}
    return mutate(member.api, "serviceFavour", given, "service { name }")


def see(member: Member, service: Service) -> Any:
    return mutate(member.api, "serviceSee", {"serviceId": global_id("Service", service.id)})


def test_favourites_are_ones_own_and_the_latest_first(alpha: TenantRef, beta: TenantRef):
    people = cast(alpha)
    maya, noor = people.maya, people.person(12, "Noor", "customer", phone="+8613800138012")
    with tenant_scope(alpha):
        one, two, hidden = (
            offer("one"),
            offer("two"),
            offer("x", category=CategoryFactory(active=False)),
        )
        gone, draft = ServiceFactory(delisted=True), ServiceFactory()
    with tenant_scope(beta):
        theirs = offer("theirs")
    assert favour(maya, one)["service"] == {"name": "one"}
    for _ in range(2):
        favour(maya, two)
    assert (listed(maya.api, FAVOURITES), listed(noor.api, FAVOURITES)) == (["two", "one"], [])
    with nothing_changes(alpha):
        for service in (gone, draft, hidden, theirs):
            assert favour(maya, service)["code"] == "NOT_FOUND"
            assert see(maya, service)["code"] == "NOT_FOUND"
        favour(noor, two, kept=False)
    favour(maya, two, kept=False)
    assert listed(maya.api, FAVOURITES) == ["one"]
    # What goes off sale is not shown, and comes back with it.
    with tenant_scope(alpha):
        Service.objects.filter(id=one.id).update(state="delisted")
    assert listed(maya.api, FAVOURITES) == []
    with tenant_scope(alpha):
        Service.objects.filter(id=one.id).update(state="published")
    assert listed(maya.api, FAVOURITES) == ["one"]
    given = {"input": {"serviceId": global_id("Service", one.id), "kept": True}}
    assert ALPHA.error_code(mutation("serviceFavour"), given) == "UNAUTHENTICATED"
    assert ALPHA.error_code(FAVOURITES) == "UNAUTHENTICATED"


def test_there_is_a_limit_of_favourites(alpha: TenantRef):
    maya = cast(alpha).maya
    with tenant_scope(alpha):
        shelf = CategoryFactory()
        kept = [offer(str(number), category=shelf) for number in range(3)]
        Favourite.objects.bulk_create(
            Favourite(
                person_id=maya.id, service=ServiceFactory(category=shelf), created_at=SOME_DAY
            )
            for _ in range(personal.MAX_FAVOURITES - 1)
        )
    favour(maya, kept[0])
    with nothing_changes(alpha):
        assert favour(maya, kept[1])["code"] == "INVALID_INPUT"
        favour(maya, kept[0])


def test_what_was_looked_at_is_bounded_and_can_be_forgotten(alpha: TenantRef):
    maya = cast(alpha).maya
    with tenant_scope(alpha):
        shelf = CategoryFactory()
        first = offer("first", category=shelf)
        Seen.objects.create(person_id=maya.id, service=first, at=SOME_DAY - timedelta(days=9))
        Seen.objects.bulk_create(
            Seen(person_id=maya.id, service=ServiceFactory(category=shelf), at=SOME_DAY)
            for _ in range(personal.MAX_SEEN - 1)
        )
        last = offer("last", category=shelf)
    assert listed(maya.api, SEEN) == ["first"]
    for _ in range(2):
        see(maya, last)
    assert listed(maya.api, SEEN) == ["last"]
    with tenant_scope(alpha):
        assert Seen.objects.count() == personal.MAX_SEEN
    clear = "mutation { seenServicesClear { ... on SeenServicesClearSuccess { forgotten } } }"
    forgotten = maya.api.run(clear)
    assert forgotten["seenServicesClear"] == {"forgotten": personal.MAX_SEEN}
    assert listed(maya.api, SEEN) == []


@pytest.fixture
def town(alpha: TenantRef) -> dict[str, Service]:
    """Maya keeps `kept` and ordered `mine` twice; crowds and pairs chose beside her."""
    maya = cast(alpha).maya
    place = uuid4()
    with tenant_scope(alpha):
        names = ["kept", "mine", "also", "rare", "near", "seen", "popular", "hidden"]
        made = {name: offer(name, chosen_count=0) for name in names}
        made["alike"] = offer("alike", category=made["kept"].category)
        Service.objects.filter(id=made["hidden"].id).update(category=CategoryFactory(active=False))
        Favourite.objects.create(person_id=maya.id, service=made["kept"], created_at=SOME_DAY)
        Seen.objects.create(person_id=maya.id, service=made["seen"], at=SOME_DAY)
        for _ in range(2):
            chose(maya.id, made["mine"], place=place)
        for number in range(3):
            other = PersonFactory().id
            chose(other, made["mine"])
            chose(other, made["also"])
            chose(other, made["hidden"])
            if number < 2:
                chose(other, made["rare"])
            chose(PersonFactory().id, made["near"], place=place)
        for _ in range(9):
            chose(PersonFactory().id, made["popular"])
    return made


def test_recommendations_say_why(alpha: TenantRef, town: dict[str, Service]):
    maya = cast(alpha).maya
    assert recommended(maya.api) == {
        "also": "ALSO_CHOSEN",
        "near": "NEAR",
        "mine": "AGAIN",
        "alike": "LIKE_FAVOURITE",
        "seen": "LOOKED_AT",
        "popular": "POPULAR",
        # Two people are no crowd: nothing of theirs is used.
        "rare": "POPULAR",
    }
    rows = maya.api.run(RECOMMENDED)["recommendations"]
    assert [row["name"] for row in rows][:5] == ["also", "near", "mine", "alike", "seen"]
    assert rows[0]["recommended"]["text"] == "People who ordered mine also ordered this."
    chinese = maya.api.run(RECOMMENDED, language="zh-Hans")["recommendations"]
    assert chinese[3]["recommended"]["text"] == "与你收藏的“kept”同类。"
    services = maya.api.run("{ services { edges { node { recommended { reason } } } } }")
    assert {edge["node"]["recommended"] for edge in services["services"]["edges"]} == {None}


def test_strangers_are_told_what_is_popular(alpha: TenantRef, town: dict[str, Service]):
    assert set(recommended(ALPHA).values()) == {"POPULAR"}
    assert next(iter(recommended(ALPHA))) == "popular"
    assert "hidden" not in recommended(ALPHA)


def test_the_switch_is_kept_and_heeded(alpha: TenantRef, town: dict[str, Service]):
    maya = cast(alpha).maya
    assert maya.api.run("{ recommendationsOn }") == {"recommendationsOn": True}
    for _ in range(2):
        assert mutate(maya.api, "recommendationsSwitch", {"on": False}, "on")["on"] is False
    assert maya.api.run("{ recommendationsOn }") == {"recommendationsOn": False}
    assert set(recommended(maya.api).values()) == {"POPULAR"}
    assert "kept" in recommended(maya.api)  # not even her favourites are used
    mutate(maya.api, "recommendationsSwitch", {"on": True})
    assert recommended(maya.api)["also"] == "ALSO_CHOSEN"


def test_nobody_is_used_for_others_who_switched_it_off(alpha: TenantRef, town: dict[str, Service]):
    maya = cast(alpha).maya
    with tenant_scope(alpha):
        crowd = Chosen.objects.filter(service__in=(town["also"], town["near"]))
        for person_id in set(crowd.values_list("person_id", flat=True)):
            Preference.objects.create(
                person_id=person_id, recommendations=False, updated_at=SOME_DAY
            )
    assert recommended(maya.api)["also"] == recommended(maya.api)["near"] == "POPULAR"


def test_what_a_person_did_goes_with_them(alpha: TenantRef, town: dict[str, Service]):
    maya = cast(alpha).maya
    mutate(maya.api, "recommendationsSwitch", {"on": False})
    with tenant_scope(alpha):
        before = Service.objects.get(id=town["mine"].id).chosen_count
        Person.objects.filter(id=maya.id).delete()
        for model in (Favourite, Seen, Chosen, Preference):
            assert not model.objects.filter(person_id=maya.id).exists()
        # How often it was ordered stays: it says nothing of anybody.
        assert Service.objects.get(id=town["mine"].id).chosen_count == before == 5


def test_other_tenants_count_for_nothing(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(beta):
        service = offer("theirs")
        for _ in range(5):
            chose(PersonFactory().id, service)
    assert recommended(cast(alpha).maya.api) == {}


def test_queries_do_not_grow(alpha: TenantRef, town: dict[str, Service], django_assert_num_queries):
    maya = cast(alpha).maya
    for more in (0, 6):
        with tenant_scope(alpha):
            for _ in range(more):
                service = offer("more")
                Favourite.objects.create(person_id=maya.id, service=service, created_at=SOME_DAY)
                Seen.objects.create(person_id=maya.id, service=offer("m"), at=clock.now())
        # The session; the switch; favourites, orders, who also chose, what is chosen near, what is
        # alike, what was looked at; the best, their reasons' names; they, their pictures, shelves.
        with django_assert_num_queries(13):
            maya.api.run(RECOMMENDED)


def test_an_order_counts_once_however_often_it_is_sent(alpha: TenantRef):
    maya = cast(alpha).maya
    with tenant_scope(alpha):
        quotes = [QuoteFactory(customer_id=maya.id, at=clock.now()) for _ in range(2)]

        service = quotes[0].version.service
        type(quotes[1]).objects.filter(id=quotes[1].id).update(version=quotes[0].version)

    def place(number: int) -> Any:
        given = {
            "quoteId": global_id("Quote", quotes[number].id),
            "paymentMethod": "ON_DELIVERY",
            "idempotencyKey": f"order-{number}",
        }
        return mutate(maya.api, "orderPlace", given)

    for _ in range(2):
        assert "code" not in place(0)
    with tenant_scope(alpha):
        chosen = Chosen.objects.get()
        assert (chosen.person_id, chosen.service_id, chosen.times) == (maya.id, service.id, 1)
        assert Service.objects.get(id=service.id).chosen_count == 1
    place(1)
    with tenant_scope(alpha):
        assert Chosen.objects.get().times == 2
        assert Service.objects.get(id=service.id).chosen_count == 2
    # A quote that is refused is no choice.
    with nothing_changes(alpha):
        assert (
            place(0)
            and mutate(
                maya.api,
                "orderPlace",
                {
                    "quoteId": global_id("Quote", quotes[0].id),
                    "paymentMethod": "ON_DELIVERY",
                    "idempotencyKey": "again",
                },
            )["code"]
            == "QUOTE_TAKEN"
        )
