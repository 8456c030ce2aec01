"""How fast a tenant may ask, and whose turn it is."""

import threading
import time
from itertools import count

import pytest
from django.test import Client

from billing.rates import BURST_SECONDS, MAX_ADDRESSES, Pace, RateLimited, Rates, rates
from billing.turns import TooManyAtOnce, Turns
from kernel.tenancy import TenantRef
from tests.billing.plans import on_plan
from tests.live.client import Live
from tests.live.conftest import live  # noqa: F401  (a fixture)
from tests.support.cast import Member, cast
from tests.support.graphql import Api

BRAND = "{ brand { currency } }"


@pytest.fixture(autouse=True)
def _nothing_asked_yet() -> None:
    rates._paces.clear()
    rates._addresses.clear()


def allowed(pace: Pace, rate: float, now: float) -> int:
    """How many of a crowd at this moment are in time."""
    return next(number for number in count() if not pace.wait(rate=rate, now=now)[1])


def test_two_seconds_worth_at_once_and_then_the_rate():
    pace = Pace()
    assert allowed(pace, 10, now=100.0) == 20
    assert allowed(pace, 10, now=100.05) == 0
    assert allowed(pace, 10, now=100.5) == 5
    assert allowed(pace, 10, now=500.0) == 20


def test_the_slowest_rate_still_lets_one_through():
    pace = Pace()
    assert allowed(pace, 0.1, now=0.0) == 1
    assert pace.wait(rate=0.1, now=5.0) == (5.0, False)
    assert allowed(pace, 0.1, now=10.0) == 1


def test_whoever_can_wait_is_told_how_long():
    pace = Pace()
    allowed(pace, 10, now=0.0)
    assert [round(pace.wait(rate=10, now=0.0, patience=0.25)[0], 3) for _ in range(3)] == [
        0.1,
        0.2,
        0.3,
    ]
    assert pace.wait(rate=10, now=0.0, patience=0.25)[1] is False


def test_each_tenant_has_its_own(alpha: TenantRef, beta: TenantRef, settings):
    tenant, rates = on_plan(alpha, rate=1), Rates()
    for _ in range(2):
        assert rates.take(tenant, stranger="", now=0.0) == 0
    with pytest.raises(RateLimited) as refused:
        rates.take(tenant, stranger="", now=0.0)
    assert refused.value.data() == {"plan": "tiny", "rate": 1, "retry_after": 1}
    settings.TENANT_RATE = 3
    for _ in range(6):
        assert rates.take(beta, stranger="", now=0.0) == 0
    with pytest.raises(RateLimited):
        rates.take(beta, stranger="", now=0.0)


def test_processes_share_the_rate(alpha: TenantRef, settings):
    settings.WEB_PROCESSES = 4
    tenant, rates = on_plan(alpha, rate=8), Rates()
    for _ in range(int(8 / 4 * BURST_SECONDS)):
        rates.take(tenant, stranger="", now=0.0)
    with pytest.raises(RateLimited):
        rates.take(tenant, stranger="", now=0.0)


def test_one_address_has_half_of_the_rate_and_the_others_the_rest(alpha: TenantRef):
    tenant, rates = on_plan(alpha, rate=10), Rates()

    def served(address: str) -> int:
        """Of fifty requests at once."""
        for done in range(50):
            try:
                rates.take(tenant, stranger=address, now=0.0)
            except RateLimited:
                return done
        return 50

    assert [served(f"203.0.113.{each}") for each in (1, 1, 2, 3)] == [10, 0, 10, 0]
    assert served("") == 0  # nobody takes more than all of it


def test_addresses_are_forgotten_when_they_are_too_many(alpha: TenantRef):
    tenant, rates = on_plan(alpha, rate=1_000_000), Rates()
    for each in range(MAX_ADDRESSES + 10):
        rates.take(tenant, stranger=str(each), now=float(each))
    assert len(rates._addresses) == MAX_ADDRESSES


def test_a_stranger_who_floods_an_operator_shuts_nobody_out(alpha: TenantRef, settings):
    settings.TRUSTED_PROXIES = 1
    on_plan(alpha, rate=5)

    def status(address: str) -> int:
        headers = {"host": "alpha.localhost", "x-forwarded-for": f"1.2.3.4, {address}"}
        return Client(headers=headers).post("/graphql", "x", content_type="text/plain").status_code

    flood = [status("203.0.113.9") for _ in range(40)]
    assert flood.count(429) > 30
    assert status("198.51.100.7") == 415


def test_beyond_the_rate_the_api_says_429_and_the_others_hear_nothing_of_it(
    alpha: TenantRef, beta: TenantRef
):
    on_plan(alpha, rate=2)  # of which an address has half
    api = Api("alpha.localhost")

    def post(**headers: str):
        body = {"query": BRAND}
        return api.client.post("/graphql", body, content_type="application/json", headers=headers)

    answers = [post() for _ in range(8)]
    refused = answers[-1]
    assert answers[0].status_code == 200 and refused.status_code == 429
    assert int(refused.headers["Retry-After"]) == 1
    (error,) = refused.json()["errors"]
    assert error["extensions"] == {
        "code": "RATE_LIMITED", "plan": "tiny", "rate": 2, "retryAfter": 1,
    }  # fmt: skip
    assert "每秒" in post(**{"Accept-Language": "zh-CN"}).json()["errors"][0]["message"]
    assert all(
        Api("beta.localhost").run(BRAND)["brand"]["currency"] == "GBP" for _ in range(len(answers))
    )
    assert Api("platform.localhost").run("{ plans { key } }")["plans"]


def test_files_cost_a_tenth(alpha: TenantRef):
    on_plan(alpha, rate=2)
    client = Api("alpha.localhost").client
    statuses = [client.get("/files/nothing").status_code for _ in range(30)]
    assert statuses[:20] == [404] * 20 and 429 in statuses


# -- turns --------------------------------------------------------------------------------------


class Crowd:
    """Threads that each want one turn, and hold it until told to go."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[str] = []
        self.threads: list[threading.Thread] = []
        self.go: dict[str, threading.Event] = {}

    def add(self, name: str) -> None:
        """`name` begins with its label; returns once it works or waits."""
        self.go[name] = threading.Event()
        thread = threading.Thread(target=self._run, args=(name,))
        self.threads.append(thread)
        before = self.turns._held[name[0]]
        thread.start()
        while self.turns._held[name[0]] == before:
            time.sleep(0.001)

    def _run(self, name: str) -> None:
        with self.turns.turn(name[0]):
            self.order.append(name)
            self.go[name].wait(10)

    def works(self, *names: str) -> bool:
        """Whether exactly these have had their turn, soon."""
        end = time.monotonic() + 2
        while sorted(self.order) != sorted(names) and time.monotonic() < end:
            time.sleep(0.001)
        return sorted(self.order) == sorted(names)

    def end(self) -> None:
        for event in self.go.values():
            event.set()
        for thread in self.threads:
            thread.join()


def test_one_place_is_left_to_somebody_else():
    crowd = Crowd(Turns(at_once=3, of_one=9))
    for name in ("a1", "a2", "a3", "a4"):
        crowd.add(name)
    assert crowd.works("a1", "a2")
    crowd.add("b1")
    assert crowd.works("a1", "a2", "b1")
    crowd.go["a1"].set()
    assert crowd.works("a1", "a2", "b1", "a3")
    crowd.end()
    assert crowd.works("a1", "a2", "a3", "a4", "b1")


def test_who_has_taken_least_goes_first():
    turns = Turns(at_once=1, of_one=9)
    with turns.turn("a"):
        busy = time.thread_time() + 0.05
        while time.thread_time() < busy:
            pass
    crowd = Crowd(turns)
    for name in ("c1", "a1", "a2", "b1", "b2"):
        crowd.add(name)
    crowd.end()
    assert crowd.order[0] == "c1" and set(crowd.order[-2:]) == {"a1", "a2"}


def test_nobody_holds_all_the_threads():
    crowd = Crowd(Turns(at_once=2, of_one=3))
    for name in ("a1", "a2", "a3"):
        crowd.add(name)
    with pytest.raises(TooManyAtOnce), crowd.turns.turn("a"):
        pass
    crowd.add("b1")
    crowd.end()
    assert crowd.works("a1", "a2", "a3", "b1")
    with crowd.turns.turn("a"):
        pass


def test_a_turn_that_raises_is_given_back():
    turns = Turns(at_once=1, of_one=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.turn("a"):
            raise ZeroDivisionError
    with turns.turn("b"):
        pass


# -- sockets ------------------------------------------------------------------------------------


@pytest.fixture
def maya(alpha: TenantRef) -> Member:
    """A customer of an operator whose plan allows five requests a second."""
    return cast(on_plan(alpha, rate=5)).maya


@pytest.fixture
def others_maya(beta: TenantRef) -> Member:
    """A customer of another one."""
    return cast(beta).maya


async def test_an_operation_that_comes_too_early_is_held_back_or_refused(
    live: Live,  # noqa: F811
    maya: Member,
    others_maya: Member,
):
    async with live.as_member(maya) as wire:
        for _ in range(90):
            await wire.subscribe(BRAND)
        async with live.as_member(others_maya) as other:
            assert (await other.ask(BRAND))["data"]["brand"]["currency"] == "GBP"
        while (answer := await wire.receive())["type"] != "error":
            assert answer["type"] in ("next", "complete")
        (error,) = answer["payload"]
        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert (error["extensions"]["plan"], error["extensions"]["rate"]) == ("tiny", 5)


async def test_a_socket_that_never_stops_talking_is_closed(live: Live, maya: Member):  # noqa: F811
    async with live.as_member(maya) as wire:
        for _ in range(400):
            await wire.send({"type": "pong"})
        assert await wire.receive() == 1008
