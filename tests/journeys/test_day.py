"""An operator's day, end to end: a real server, real sockets, a real worker, nothing else.

Each step by the role that would do it, and tried by one that may not.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from devtools.servers.process import free_port
from kernel import clock
from tests.journeys import caller
from tests.journeys.caller import Caller, World
from tests.live.client import Live
from tests.support.cast import olga as owner
from tests.support.database import PLATFORM_HOST
from tests.support.processes import manage

HOST = "gamma.localhost"
NAME = [{"language": "en", "text": "Gamma Errands"}, {"language": "zh-Hans", "text": "伽马跑腿"}]
ZONE = [[120.00, 30.00], [120.10, 30.00], [120.10, 30.10], [120.00, 30.10], [120.00, 30.00]]
STATION = {"latitude": 30.02, "longitude": 120.03}
DOOR = {"latitude": 30.03, "longitude": 120.04}
FAR = {"latitude": 31.0, "longitude": 121.0}

FOLLOW = """subscription ($order: ID!, $after: String) {
  orderEvents(orderId: $order, after: $after) { cursor seq kind order { state } }
}"""
OFFERS = "subscription { offerEvents { kind cursor offer { id state fee { amount } } } }"
HISTORY = "query ($id: ID!) { order(id: $id) { state history { seq kind } } }"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A live server and a worker of this test's own."""
    port, printed = free_port(), tmp_path / "printed"
    picture = tmp_path / "parcel.png"
    Image.new("RGB", (320, 240), "#886644").save(picture)
    caller.PNG = picture
    with (
        printed.open("wb") as output,
        manage("live", "--port", str(port), output=output),
        manage("worker"),
    ):
        yield World(Live(port).wait(), printed)


def text(words: str) -> list[dict[str, str]]:
    return [{"language": "en", "text": words}]


def onboard(world: World) -> Caller:
    """Step 1: the owner takes on an operator, whose administrator accepts the invitation."""
    olga = Caller(world, PLATFORM_HOST)
    wanted: dict[str, Any] = {
        "name": "Gamma",
        "slug": "gamma",
        "brand": {
            "name": NAME,
            "primaryColor": "#1677ff",
            "accentColor": "#fa8c16",
            "language": "en",
            "currency": "CNY",
            "timeZone": "Asia/Shanghai",
        },
        "template": "campus_errands",
        "administrator": {"name": "Ines", "email": "ines@gamma.example"},
        "idempotencyKey": "onboard-gamma",
    }
    assert olga.refused("tenantOnboard", **wanted) == "UNAUTHENTICATED"
    olga.token = owner().token
    url = olga.done("tenantOnboard", "invitationUrl", **wanted)["invitationUrl"]
    assert urlsplit(url).hostname == HOST
    ines = Caller(world, HOST)
    assert ines.read("{ brand { name } }") == {"brand": {"name": "Gamma Errands"}}
    (token,) = parse_qs(urlsplit(url).query)["token"]
    assert ines.refused("invitationAccept", token=token, password="short") == "INVALID_INPUT"
    ines.done("invitationAccept", "token", token=token, password="a long enough phrase")
    assert ines.refused("invitationAccept", token=token, password="another long one") == "NOT_FOUND"
    wrong = {"email": "ines@gamma.example", "password": "not the phrase"}
    assert ines.refused("signInWithPassword", **wrong) == "WRONG_CREDENTIALS"
    right = wrong | {"password": "a long enough phrase"}
    ines.token = ines.done("signInWithPassword", "token", **right)["token"]
    assert ines.refused("tenantOnboard", **wanted) == "WRONG_HOST"
    return ines


def set_up_shop(ines: Caller) -> str:
    """Step 2: a category, a service of each kind, prices, a zone; the pick-up service's id."""
    category = ines.done("categorySave", "category { id }", name=text("Parcels"))["category"]["id"]
    services = {}
    for kind in ("PICK_UP", "BUY_FOR_ME", "DELIVERY", "ON_SITE"):
        saved = ines.done(
            "serviceSave",
            "service { id }",
            categoryId=category,
            kind=kind,
            name=text(f"My {kind}"),
            **({"durationMinutes": 60} if kind == "ON_SITE" else {}),
        )
        services[kind] = saved["service"]["id"]
        ines.done("servicePublish", "service { state }", serviceId=services[kind])
    pick_up = services["PICK_UP"]
    for step, params in (
        ("BASE", {"base": {"amount": 300}}),
        ("DISTANCE", {"distance": {"freeMeters": 1000, "perKm": 100}}),
        ("WEIGHT", {"weight": {"freeGrams": 1000, "perKg": 50}}),
        ("URGENT", {"urgent": {"percentBps": 5000}}),
        ("INSURED", {"insured": {"rateBps": 50, "minimum": 100}}),
        ("COMMISSION", {"commission": {"percentBps": 2000}}),
    ):
        ines.done(
            "priceRuleSave",
            "rule { id }",
            step=step,
            serviceId=pick_up,
            label=text(step.title()),
            params=params,
        )
    answer = ines.post("mutation { tariffPublish { __typename } }")
    assert answer["data"]["tariffPublish"]["__typename"] == "TariffPublishSuccess"
    crossed = {"type": "Polygon", "coordinates": [[*ZONE[:2], ZONE[3], ZONE[2], ZONE[0]]]}
    assert ines.refused("zoneSave", name=text("Zone"), polygon=crossed) == "INVALID_INPUT"
    polygon = {"type": "Polygon", "coordinates": [ZONE]}
    ines.done("zoneSave", "zone { id }", name=text("Zone"), polygon=polygon)
    return str(pick_up)


def hire(world: World, ines: Caller, phone: str, name: str) -> Caller:
    """Step 3: a courier registers, shows a document, is approved, goes on duty."""
    rider = Caller(world, HOST)
    rider.sign_in_by_phone(phone, name)
    on_duty = {"onDuty": True, **STATION}
    assert rider.refused("courierOnDuty", **on_duty) == "FORBIDDEN"
    courier = rider.done("courierRegister", "courier { id }", displayName=name)["courier"]["id"]
    assert ines.refused("courierApprove", courierId=courier) == "IDENTITY_MISSING"
    shown = "courier { documents { verdict } }"
    sent = rider.upload("courierDocumentUpload", shown, "file", kind="IDENTITY")
    assert sent["courier"]["documents"] == [{"verdict": "PENDING"}]
    assert rider.refused("courierApprove", courierId=courier) == "FORBIDDEN"
    ines.done("courierApprove", "courier { id }", courierId=courier)
    rider.done("courierOnDuty", "courier { id }", **on_duty)
    return rider


def quote(maya: Caller, service: str, **change: Any) -> Any:
    """Step 4: an itemised price for a parcel from the station to the door."""
    wanted = {
        "serviceId": service,
        "stops": [
            {"position": {"point": STATION}, "detail": "South station"},
            {"position": {"point": DOOR}, "detail": "Building 3", "contactName": "Maya"},
        ],
        "weightGrams": 2500,
        "urgent": True,
        "insuredValue": 10_000,
    }
    selection = "quote { id total { amount } lines { code amount { amount } } expiresAt }"
    return maya.act("quoteCreate", selection, **(wanted | change))


def place(maya: Caller, service: str, key: str) -> str:
    """An order from a fresh quote; its id."""
    offer = quote(maya, service)["quote"]
    wanted = {"quoteId": offer["id"], "paymentMethod": "ON_DELIVERY", "idempotencyKey": key}
    order = maya.done("orderPlace", "order { id }", **wanted)["order"]["id"]
    assert maya.done("orderPlace", "order { id }", **wanted)["order"]["id"] == order
    return str(order)


async def test_the_day(world: World) -> None:
    ines = await asyncio.to_thread(onboard, world)
    service = await asyncio.to_thread(set_up_shop, ines)
    tomas = await asyncio.to_thread(hire, world, ines, "+8613800138002", "Tomas")
    bea = await asyncio.to_thread(hire, world, ines, "+8613800138003", "Bea")
    maya = Caller(world, HOST)
    await asyncio.to_thread(maya.sign_in_by_phone, "+8613800138001", "Maya")
    check_quotes_and_pause(ines, maya, tomas, service)
    await check_cancelling(maya, tomas, service)

    async with tomas.socket() as to_tomas, bea.socket() as to_bea:
        for rider, wire in ((tomas, to_tomas), (bea, to_bea)):
            await rider.signed_in(wire)
            await wire.subscribe(OFFERS)
        await asyncio.sleep(0.5)
        order = await asyncio.to_thread(place, maya, service, "the-order")
        offers = {"tomas": await offered(to_tomas), "bea": await offered(to_bea)}
        winner = await asyncio.to_thread(accept_at_once, {"tomas": tomas, "bea": bea}, offers)
        first = {"tomas": tomas, "bea": bea}[winner]
        back = {"orderId": order, "reason": "VEHICLE", "idempotencyKey": "back"}
        assert maya.refused("assignmentGiveBack", **back) in ("FORBIDDEN", "NOT_FOUND")
        first.done("assignmentGiveBack", "orderId", **back)
        other, wire = (bea, to_bea) if first is tomas else (tomas, to_tomas)
        again = await offered(wire)
        other.done("offerAccept", "order { state }", offerId=again, idempotencyKey="take")

    await deliver_and_follow(maya, other, first, order)
    finish(ines, maya, other, first, order)


def check_quotes_and_pause(ines: Caller, maya: Caller, tomas: Caller, service: str) -> None:
    """A price that adds up; what cannot be priced; a pause that customers are told of."""
    priced = quote(maya, service)["quote"]
    lines = {line["code"]: line["amount"]["amount"] for line in priced["lines"]}
    assert set(lines) == {"BASE", "DISTANCE", "WEIGHT", "URGENT", "INSURED"}
    assert sum(lines.values()) == priced["total"]["amount"]
    outside = [{"position": {"point": STATION}}, {"position": {"point": FAR}}]
    assert quote(maya, service, stops=outside)["code"] == "OUTSIDE_ZONES"
    for weight in (-1, 0, 60_000):
        assert quote(maya, service, weightGrams=weight)["code"] == "INVALID_INPUT"
    huge = maya.post("mutation { quoteCreate(input: {weightGrams: 1000000000000}) { __typename } }")
    assert "data" not in huge
    until = (clock.now() + timedelta(hours=1)).isoformat()
    assert maya.refused("brandPause", until=until, message=text("Snow")) == "FORBIDDEN"
    ines.done("brandPause", "brand { pausedUntil }", until=until, message=text("Snow"))
    told = maya.read("{ brand { pausedUntil pauseMessage } }")["brand"]
    assert told["pauseMessage"] == "Snow"
    assert quote(maya, service)["code"] == "ORDERS_PAUSED"
    ines.post("mutation { brandResume { __typename } }")
    assert tomas.read("{ brand { pausedUntil } }") == {"brand": {"pausedUntil": None}}


async def check_cancelling(maya: Caller, tomas: Caller, service: str) -> None:
    """The customer takes an order back before anybody has it; nobody else can."""
    order = await asyncio.to_thread(place, maya, service, "to-cancel")
    wanted = {"orderId": order, "reason": "CHANGED_MIND", "idempotencyKey": "cancel"}
    assert tomas.refused("orderCancel", **wanted) == "NOT_FOUND"
    cancelled = maya.done("orderCancel", "order { state }", **wanted)
    assert cancelled["order"]["state"] == "CANCELLED"
    assert maya.refused("orderCancel", **wanted | {"idempotencyKey": "two"}) == "ILLEGAL_MOVE"


async def offered(wire: Any) -> str:
    """The id of the next offer made on this socket."""
    while True:
        event = await wire.data(patience=20)
        if event["kind"] == "offer.made":
            assert event["offer"]["fee"]["amount"] > 0
            return str(event["offer"]["id"])


def accept_at_once(riders: dict[str, Caller], offers: dict[str, str]) -> str:
    """Both press the button at the same instant: exactly one has the order."""

    def accept(name: str) -> Any:
        return riders[name].act(
            "offerAccept", "order { state }", offerId=offers[name], idempotencyKey=f"take-{name}"
        )

    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(riders, pool.map(accept, riders), strict=True))
    winners = [name for name, result in results.items() if result["_is"].endswith("Success")]
    assert len(winners) == 1, results
    assert [r["code"] for r in results.values() if "code" in r] == ["OFFER_GONE"]
    return winners[0]


async def deliver_and_follow(maya: Caller, rider: Caller, other: Caller, order: str) -> None:
    """Step 5: the way to the door, followed by the customer over a line that breaks."""
    heard: list[dict[str, Any]] = []
    async with maya.socket() as wire:
        await maya.signed_in(wire)
        await wire.subscribe(FOLLOW, order=order, after=None)
        await asyncio.sleep(0.3)
        first = {"orderId": order, "idempotencyKey": "first"}
        assert other.refused("orderDepart", **first) == "NOT_FOUND"
        assert rider.refused("orderArrive", **first) == "ILLEGAL_MOVE"
        rider.done("orderDepart", "order { state }", **first)
        heard.append(await wire.data())
        rider.done("orderArrive", "order { state }", **first)
        heard.append(await wire.data())
    # The line is down; meanwhile the parcel is picked up and carried on.
    stops = rider.read("query ($id: ID!) { order(id: $id) { stops { id kind pin } } }", id=order)
    pick_up, door = stops["order"]["stops"]
    assert door["pin"] is None
    done = {"orderId": order, "stopId": pick_up["id"], "idempotencyKey": "picked"}
    assert rider.refused("stopComplete", **done | {"idempotencyKey": "bare"}) == "PROOF_MISSING"
    picked = rider.upload("stopComplete", "order { state }", "photo", **done)
    assert picked["order"] == {"state": "IN_PROGRESS"}
    second = {"orderId": order, "idempotencyKey": "second"}
    rider.done("orderDepart", "order { state }", **second)
    rider.done("orderArrive", "order { state }", **second)
    async with maya.socket() as wire:
        await maya.signed_in(wire)
        await wire.subscribe(FOLLOW, order=order, after=heard[-1]["cursor"])
        heard += [await wire.data() for _ in range(3)]
        seen = maya.read("query ($id: ID!) { order(id: $id) { stops { pin } } }", id=order)
        pin = seen["order"]["stops"][1]["pin"]
        last = {"orderId": order, "stopId": door["id"], "cashCollected": True}
        wrong = "0" * len(pin) if pin != "0" * len(pin) else "1" * len(pin)
        refusal = rider.refused("stopComplete", **last, pin=wrong, idempotencyKey="wrong")
        assert refusal == "PIN_WRONG"
        before = maya.read(HISTORY, id=order)["order"]
        assert before["state"] == "ARRIVED"
        rider.done("stopComplete", "order { state }", **last, pin=pin, idempotencyKey="right")
        heard.append(await wire.data())
        assert await wire.quiet()
    history = maya.read(HISTORY, id=order)["order"]["history"]
    tail = [step for step in history if step["seq"] >= heard[0]["seq"]]
    assert [(e["seq"], e["kind"]) for e in heard] == [(s["seq"], s["kind"]) for s in tail]
    assert [event["kind"].removeprefix("order.") for event in heard] == [
        "departed",
        "arrived",
        "stop_completed",
        "departed",
        "arrived",
        "delivered",
    ]


def finish(ines: Caller, maya: Caller, rider: Caller, other: Caller, order: str) -> None:
    """Step 6: confirmed and rated; the earning, and the whole history for the operator."""
    earned = "{ courierEarnings { balance { amount } } }"
    assert rider.read(earned) == {"courierEarnings": {"balance": {"amount": 0}}}
    confirm = {"orderId": order, "idempotencyKey": "confirm"}
    assert rider.refused("orderConfirm", **confirm) in ("FORBIDDEN", "NOT_FOUND")
    maya.done("orderConfirm", "order { state }", **confirm)
    review = {"orderId": order, "score": 5, "text": "Quick", "idempotencyKey": "review"}
    assert other.refused("reviewCreate", **review) == "NOT_FOUND"
    maya.done("reviewCreate", "review { score }", **review)
    seen = ines.read(
        "query ($id: ID!) { order(id: $id) { state total { amount } courier { displayName }"
        " history { kind } payment { state } review { score } } }",
        id=order,
    )["order"]
    assert seen["state"] == "COMPLETED"
    assert seen["review"] == {"score": 5}
    kinds = [step["kind"] for step in seen["history"]]
    assert kinds[0] == "order.placed"
    assert {"order.given_back", "order.delivered", "order.completed"} <= set(kinds)
    total = seen["total"]["amount"]
    balance = rider.read(earned)["courierEarnings"]["balance"]["amount"]
    assert balance == total - round(total * 0.2)
    assert other.read(earned) == {"courierEarnings": {"balance": {"amount": 0}}}
