"""A quote: what it is made from, what it refuses, how long it holds, how often it is taken."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel import clock
from kernel.refusals import NotFound
from kernel.tenancy import TenantRef, tenant_scope
from tenants.brand.models import Settings
from tenants.catalog.models import Service
from tenants.pricing.models import Quote, Tariff
from tenants.pricing.selectors import quote_replay
from tenants.pricing.services import QuoteExpired, QuoteTaken, quote_take
from tenants.pricing.services.quotes import LIFETIME
from tests.pricing.documents import QUOTE, QUOTE_CREATE
from tests.support.cast import Member, cast
from tests.support.factories import (
    CAMPUS,
    AddressFactory,
    PlaceFactory,
    ServiceFactory,
    TariffFactory,
    ZoneFactory,
)
from tests.support.ids import global_id
from tests.support.stage import nothing_changes
from tests.support.threads import at_once

PRICES = {
    "base": {"amount": 500},
    "distance": {"free_meters": 1000, "per_km": 150},
    "weight": {"free_grams": 1000, "per_kg": 200},
    "duration": {"per_hour": 3000, "minimum_minutes": 60},
    "urgent": {"percent_bps": 2000},
    "insured": {"rate_bps": 50, "minimum": 100},
    "commission": {"percent_bps": 1500},
}
HERE = {"position": {"point": {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}}}
THERE = {"position": {"point": {"latitude": CAMPUS[0] + 0.01, "longitude": CAMPUS[1]}}}
FAR = {"position": {"point": {"latitude": 31.23, "longitude": 121.47}}}


def offered(tenant: TenantRef, **service: Any) -> str:
    """The id of a service on sale, with a tariff that prices it."""
    with tenant_scope(tenant):
        TariffFactory(prices=PRICES)
        return global_id("Service", ServiceFactory(published=True, **service).id)


def ask(member: Member, service_id: str, **given: Any) -> Any:
    """What quoteCreate answers, for a way of a kilometre or so unless told otherwise."""
    input = {"serviceId": service_id, "stops": [HERE, THERE], **given}
    return member.api.run(QUOTE_CREATE, {"input": input})["quoteCreate"]


def test_a_quote_is_itemised_and_expires(alpha: TenantRef):
    before = clock.now()
    answer = ask(
        cast(alpha).maya,
        offered(alpha),
        weightGrams=1500,
        urgent=True,
        insuredValue=50_000,
        items=[{"name": "A parcel", "quantity": 2}],
    )
    quote = answer["quote"]
    # 0.01 degrees of latitude are 1,112 m, and 1.3 times that through the streets.
    assert (quote["distanceMeters"], quote["distanceMethod"]) == (1446, "great_circle_x1.3")
    assert [(line["code"], line["amount"]["amount"]) for line in quote["lines"]] == [
        ("BASE", 500),
        ("DISTANCE", 150),
        ("WEIGHT", 200),
        ("URGENT", 170),
        ("INSURED", 250),
    ]
    assert quote["lines"][1]["inputs"] == {
        "distanceMeters": 1446,
        "freeMeters": 1000,
        "startedKm": 1,
        "perKm": 150,
    }
    assert quote["lines"][0]["text"] == "Base"
    assert quote["total"] == {"amount": 1270, "currency": "CNY", "formatted": "CN¥12.70"}
    expires_at = datetime.fromisoformat(quote["expiresAt"])
    assert before + LIFETIME <= expires_at <= clock.now() + LIFETIME
    with tenant_scope(alpha):
        stored = Quote.objects.get()
        assert stored.commission == 191  # 15 % of 12.70: 190.5
        assert stored.version_id == Service.objects.get().version_id
        assert stored.inputs["items"] == [{"name": "A parcel", "quantity": 2, "unit_price": None}]


def test_goods_are_passed_through_without_commission(alpha: TenantRef):
    service_id = offered(alpha, kind="buy_for_me")
    items = [
        {"name": "Rice", "quantity": 2, "unitPrice": 1250},
        {"name": "Tea", "quantity": 1, "unitPrice": 0},
    ]
    quote = ask(cast(alpha).maya, service_id, items=items)["quote"]
    assert quote["lines"][-1]["code"] == "GOODS"
    assert quote["lines"][-1]["text"] == "Goods"
    assert quote["lines"][-1]["amount"]["amount"] == 2500
    with tenant_scope(alpha):
        stored = Quote.objects.get()
        assert (stored.total, stored.commission) == (3150, 98)


def test_on_site_has_no_way_and_a_fixed_duration(alpha: TenantRef):
    service_id = offered(alpha, kind="on_site", duration_minutes=90)
    quote = ask(cast(alpha).maya, service_id, stops=[HERE])["quote"]
    assert (quote["distanceMeters"], quote["distanceMethod"]) == (None, None)
    assert [line["amount"]["amount"] for line in quote["lines"]] == [500, 4500]


def test_stops_are_a_snapshot_of_addresses_places_and_points(alpha: TenantRef):
    maya = cast(alpha).maya
    service_id = offered(alpha)
    with tenant_scope(alpha):
        place = PlaceFactory(name={"zh-Hans": "北门驿站", "en": "North gate"})
        address = AddressFactory(person_id=maya.id)
    stops = [
        {
            "position": {"placeId": global_id("Place", place.id)},
            "detail": "Shelf 7",
            "parcelCode": "7-3-2201",
        },
        {"position": {"addressId": global_id("Address", address.id)}, "phone": "+8613912345678"},
    ]
    assert ask(maya, service_id, stops=stops)["quote"]
    with tenant_scope(alpha):
        pick_up, drop_off = Quote.objects.get().stops
    assert pick_up == {
        "kind": "pick_up",
        "latitude": CAMPUS[0],
        "longitude": CAMPUS[1],
        "place_id": str(place.id),
        "text": "北门驿站",
        "door": "Shelf 7",
        "contact_name": "",
        "phone": "",
        "parcel_code": "7-3-2201",
    }
    assert drop_off == {
        "kind": "drop_off",
        "latitude": CAMPUS[0],
        "longitude": CAMPUS[1],
        "place_id": None,
        "text": "Building 3",
        "door": "301",
        "contact_name": "Maya",
        "phone": "+8613912345678",
        "parcel_code": None,
    }


def with_stop(number: int, **given: Any) -> dict[str, Any]:
    stops = [HERE, THERE]
    stops[number] = {**stops[number], **given}
    return {"stops": stops}


def at(latitude: Any, longitude: Any) -> dict[str, Any]:
    return {"position": {"point": {"latitude": latitude, "longitude": longitude}}}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"stops": []}, "stops"),
        ({"stops": [HERE]}, "stops"),
        ({"stops": [HERE] * 3}, "stops"),
        ({"stops": [HERE] * 500}, "stops"),
        ({"weightGrams": 0}, "weightGrams"),
        ({"weightGrams": -1}, "weightGrams"),
        ({"weightGrams": 50_001}, "weightGrams"),
        ({"durationMinutes": 60}, "durationMinutes"),
        ({"insuredValue": 0}, "insuredValue"),
        ({"insuredValue": -1}, "insuredValue"),
        ({"insuredValue": 10_000_001}, "insuredValue"),
        ({"items": [{"name": "x"}] * 21}, "items"),
        ({"items": [{"name": " "}]}, "items.0.name"),
        ({"items": [{"name": "x"}, {"name": "x" * 121}]}, "items.1.name"),
        ({"items": [{"name": "a\x07b"}]}, "items.0.name"),
        ({"items": [{"name": "x", "quantity": 0}]}, "items.0.quantity"),
        ({"items": [{"name": "x", "quantity": 100}]}, "items.0.quantity"),
        ({"items": [{"name": "x", "unitPrice": 5}]}, "items.0.unitPrice"),
        (with_stop(0, contactName="x" * 61), "stops.0.contactName"),
        (with_stop(1, detail="x" * 301), "stops.1.detail"),
        (with_stop(1, phone="not a phone"), "stops.1.phone"),
        (with_stop(1, parcelCode="7-3"), "stops.1.parcelCode"),
        (with_stop(0, parcelCode="x" * 301), "stops.0.parcelCode"),
        ({"stops": [HERE, at(90.1, 0)]}, "stops.1.position.point"),
        ({"stops": [at(0, -180.5), HERE]}, "stops.0.position.point"),
    ],
)
def test_figures_out_of_bounds_are_refused(alpha: TenantRef, given: dict, field: str):
    maya, service_id = cast(alpha).maya, offered(alpha)
    with nothing_changes(alpha):
        answer = ask(maya, service_id, **given)
    assert (answer.get("code"), answer.get("field")) == ("INVALID_INPUT", field)


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("delivery", {}, "weightGrams"),
        ("delivery", {"weightGrams": 1, **with_stop(0, parcelCode="1")}, "stops.0.parcelCode"),
        ("buy_for_me", {}, "items"),
        ("buy_for_me", {"items": [{"name": "Rice"}]}, "items.0.unitPrice"),
        ("buy_for_me", {"items": [{"name": "x", "unitPrice": -1}]}, "items.0.unitPrice"),
        (
            "buy_for_me",
            {"items": [{"name": "x", "unitPrice": 10_000_001}]},
            "items.0.unitPrice",
        ),
        ("on_site", {"stops": [HERE], "weightGrams": 500}, "weightGrams"),
        ("on_site", {}, "stops"),
    ],
)
def test_what_a_service_asks_is_held_to(alpha: TenantRef, kind: str, given: dict, field: str):
    maya, service_id = cast(alpha).maya, offered(alpha, kind=kind)
    with nothing_changes(alpha):
        answer = ask(maya, service_id, **given)
    assert (answer.get("code"), answer.get("field")) == ("INVALID_INPUT", field)


@pytest.mark.parametrize(
    ("asked", "given", "field"),
    [
        ({"duration": "required"}, {}, "durationMinutes"),
        ({"duration": "required"}, {"durationMinutes": 14}, "durationMinutes"),
        ({"duration": "required"}, {"durationMinutes": 961}, "durationMinutes"),
        ({"duration": "required"}, {"durationMinutes": 60, "urgent": True}, "urgent"),
        ({"duration": "optional"}, {"durationMinutes": 15}, None),
    ],
)
def test_duration_and_urgency_as_declared(
    alpha: TenantRef, asked: dict, given: dict, field: str | None
):
    declaration = {"stops": [{"kind": "on_site"}], "asked": asked}
    service_id = offered(alpha, kind="on_site", declaration=declaration, duration_minutes=120)
    answer = ask(cast(alpha).maya, service_id, stops=[HERE], **given)
    assert answer.get("field") == field


@pytest.mark.parametrize(
    "given",
    [
        {"weightGrams": 10**12},
        {"weightGrams": 1.5},
        {"weightGrams": "500"},
        {"insuredValue": 2**53},
        {"urgent": "yes"},
        {"stops": None},
        {"stops": [{}]},
        {"stops": [{"position": {}}, HERE]},
        {"stops": [{"position": {**HERE["position"], "placeId": global_id("Place", uuid4())}}]},
        {"items": [{"quantity": 1}]},
        {"serviceId": "nonsense"},
    ],
)
def test_input_of_the_wrong_shape_is_no_quote(alpha: TenantRef, given: dict):
    maya, service_id = cast(alpha).maya, offered(alpha)
    input = {"serviceId": service_id, "stops": [HERE, THERE], **given}
    with nothing_changes(alpha):
        answer = maya.api.post(QUOTE_CREATE, {"input": input})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_other_peoples_addresses_and_unknown_places_are_none(alpha: TenantRef, beta: TenantRef):
    maya, service_id = cast(alpha).maya, offered(alpha)
    with tenant_scope(alpha):
        address = AddressFactory(person_id=cast(alpha).tomas.id)
        closed = PlaceFactory(active=False)
    with tenant_scope(beta):
        theirs = AddressFactory(person_id=cast(beta).maya.id)
    positions = [
        ({"addressId": global_id("Address", key)}, "Address")
        for key in (address.id, theirs.id, uuid4())
    ] + [({"placeId": global_id("Place", key)}, "Place") for key in (closed.id, uuid4())]
    with nothing_changes(alpha):
        for position, what in positions:
            answer = ask(maya, service_id, stops=[HERE, {"position": position}])
            assert (answer["code"], answer["what"]) == ("NOT_FOUND", what)


def test_outside_the_zones_there_is_no_quote(alpha: TenantRef):
    maya, service_id = cast(alpha).maya, offered(alpha)
    with tenant_scope(alpha):
        ZoneFactory(name={"zh-Hans": "本部", "en": "Main campus"})
    with nothing_changes(alpha):
        answer = ask(maya, service_id, stops=[HERE, FAR])
    assert (answer["code"], answer["position"]) == ("OUTSIDE_ZONES", 1)
    assert answer["nearestZone"] == "Main campus"


def test_while_orders_are_paused_there_is_no_quote(alpha: TenantRef):
    maya, service_id = cast(alpha).maya, offered(alpha)
    until = clock.now() + timedelta(hours=1)
    with tenant_scope(alpha):
        Settings.objects.update(paused_until=until, pause_message={"zh-Hans": "大雪", "en": "Snow"})
    with nothing_changes(alpha):
        answer = ask(maya, service_id)
    assert answer["code"] == "ORDERS_PAUSED"
    assert datetime.fromisoformat(answer["until"]) == until


def test_what_is_not_on_sale_or_not_priced_has_no_quote(alpha: TenantRef, beta: TenantRef):
    maya = cast(alpha).maya
    with tenant_scope(alpha):
        sold, draft, gone = (
            ServiceFactory(published=True),
            ServiceFactory(),
            ServiceFactory(delisted=True),
        )
    with tenant_scope(beta):
        theirs = ServiceFactory(published=True)
    with nothing_changes(alpha):
        for key in (draft.id, gone.id, theirs.id, uuid4()):
            answer = ask(maya, global_id("Service", key))
            assert (answer["code"], answer["what"]) == ("NOT_FOUND", "Service")
        assert ask(maya, global_id("Service", sold.id))["code"] == "NO_TARIFF"
    with tenant_scope(alpha):
        only_draft = TariffFactory(prices={})
        only_draft.rules = [
            {"step": "base", "service_id": str(draft.id), "label": {}, "params": {"amount": 1}}
        ]
        only_draft.save()
    with nothing_changes(alpha):
        assert ask(maya, global_id("Service", sold.id))["code"] == "NO_TARIFF"


def test_only_customers_ask_and_only_they_read(alpha: TenantRef):
    people = cast(alpha)
    service_id = offered(alpha)
    input = {"input": {"serviceId": service_id, "stops": [HERE, THERE]}}
    assert people.ines.api.error_code(QUOTE_CREATE, input) == "FORBIDDEN"
    noor = people.person(20, "Noor", "customer", phone="+8613800138020")
    quote_id = ask(people.maya, service_id)["quote"]["id"]
    readers = {"maya": people.maya, "ines": people.ines, "noor": noor, "tomas": people.tomas}
    seen = {name: who.api.run(QUOTE, {"id": quote_id})["node"] for name, who in readers.items()}
    assert [name for name, node in seen.items() if node] == ["maya", "ines"]


def test_a_quote_takes_fourteen_statements(alpha: TenantRef, django_assert_num_queries):
    maya, service_id = cast(alpha).maya, offered(alpha)
    with tenant_scope(alpha):
        address = AddressFactory(person_id=maya.id)
        ZoneFactory.create_batch(5)
    saved = {"position": {"addressId": global_id("Address", address.id)}}
    ask(maya, service_id)  # the host, the version and the tariff's rules are known from here on
    # The session with its rights; BEGIN; the pause; which version is on sale; addresses; zones;
    # the tariff; the customer's membership; the calendar; promotions; the quote; its lines, however
    # many; COMMIT; the lines, for the answer.
    for given in ({}, {"weightGrams": 5000, "urgent": True, "insuredValue": 100}):
        with django_assert_num_queries(14):
            answer = ask(maya, service_id, stops=[HERE, saved], **given)
        assert answer["quote"]["lines"]


@pytest.mark.parametrize("kind", ["pick_up", "buy_for_me", "delivery", "on_site"])
def test_a_quote_replays_to_the_same_lines_under_later_tariffs(alpha: TenantRef, kind: str):
    service_id = offered(alpha, kind=kind, duration_minutes=75)
    given: dict[str, Any] = {
        "pick_up": {"insuredValue": 33_333, "urgent": True},
        "buy_for_me": {"items": [{"name": "x", "quantity": 3, "unitPrice": 333}]},
        "delivery": {"weightGrams": 7_001},
        "on_site": {"stops": [HERE], "urgent": True},
    }[kind]
    assert ask(cast(alpha).maya, service_id, **given)["quote"]
    with tenant_scope(alpha):
        TariffFactory(number=Tariff.objects.get().number + 1, prices={"base": {"amount": 1}})
        Service.objects.update(declaration={}, duration_minutes=15)
        quote = Quote.objects.get()
        again = quote_replay(quote)
        stored = list(quote.lines.values_list("code", "label", "amount", "inputs"))
        assert [(line.code, line.label, line.amount, line.inputs) for line in again.lines] == stored
        assert (again.total, again.commission) == (quote.total, quote.commission)


def quoted(tenant: TenantRef) -> UUID:
    assert ask(cast(tenant).maya, offered(tenant))["quote"]
    with tenant_scope(tenant):
        return Quote.objects.get().id


def test_a_quote_is_taken_once_by_its_customer_before_it_expires(alpha: TenantRef):
    quote_id, maya, tomas = quoted(alpha), cast(alpha).maya.id, cast(alpha).tomas.id
    now = clock.now()
    with tenant_scope(alpha):
        for key, customer in ((quote_id, tomas), (uuid4(), maya)):
            with pytest.raises(NotFound):
                quote_take(quote_id=key, customer_id=customer, at=now)
        expires_at = Quote.objects.get().expires_at
        with pytest.raises(QuoteExpired) as expired:
            quote_take(quote_id=quote_id, customer_id=maya, at=expires_at)
        assert expired.value.expired_at == expires_at
        assert Quote.objects.get().taken_at is None
        moment = expires_at - timedelta(microseconds=1)
        assert quote_take(quote_id=quote_id, customer_id=maya, at=moment).taken_at == moment
        for later in (moment, datetime(2100, 1, 1, tzinfo=UTC)):
            with pytest.raises(QuoteTaken):
                quote_take(quote_id=quote_id, customer_id=maya, at=later)
        assert Quote.objects.get().taken_at == moment


def test_two_taking_at_once_take_it_once(alpha: TenantRef):
    quote_id, maya, now = quoted(alpha), cast(alpha).maya.id, clock.now()

    def take() -> datetime | None:
        with tenant_scope(alpha):
            return quote_take(quote_id=quote_id, customer_id=maya, at=now).taken_at

    answers = at_once(take, take)
    assert {type(answer) for answer in answers} == {datetime, QuoteTaken}
