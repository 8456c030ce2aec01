"""The figures of a report against sums made by hand, of orders on both sides of midnight."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.ledger.models import Account
from tenants.ledger.selectors import balance
from tenants.orders.models import OrderState
from tenants.places.models import Zone
from tests.insights.conftest import REPORT, Fact, Past
from tests.support.factories import ZoneFactory
from tests.support.factories_orders import order_at
from tests.support.ids import global_id
from tests.support.stage import stage

FIRST, LAST = date(2026, 3, 16), date(2026, 4, 5)
DICE_STATES = [OrderState.COMPLETED] * 6 + [OrderState.CANCELLED] * 2 + [OrderState.RETURNED]
DICE_STATES += [OrderState.PLACED, OrderState.DEPARTED]


def half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def sums(facts: Iterable[Fact], held: Callable[[datetime | None], bool]) -> dict[str, Any]:
    """What the API should say of `facts`, of which those count whose instant `held` takes."""
    known = list(facts)
    placed = [fact for fact in known if held(fact.placed_at)]
    ended = [fact for fact in known if held(fact.closed_at)]
    count = Counter(fact.state for fact in ended)
    done = [fact for fact in ended if fact.state == OrderState.COMPLETED]
    turnover = sum(fact.total for fact in done)
    average = half_up(Decimal(turnover) / len(done)) if done else None
    return {
        "placed": len(placed),
        "completed": len(done),
        "cancelled": count[OrderState.CANCELLED],
        "returned": count[OrderState.RETURNED],
        "completionBps": half_up(Decimal(len(done) * 10_000) / len(ended)) if ended else None,
        "turnover": {"amount": turnover},
        "commission": {"amount": sum(fact.commission for fact in done)},
        "average": None if average is None else {"amount": average},
    }


def within(zone: ZoneInfo, first: date, last: date) -> Callable[[datetime | None], bool]:
    """Whether an instant is one of these days on the clocks of `zone`."""
    return lambda at: at is not None and first <= at.astimezone(zone).date() <= last


def reckless(past: Past, zones: list[str | None], seed: int) -> None:
    """A hundred and twenty orders around the period, many of them close to midnight."""
    dice = random.Random(seed)  # noqa: S311
    start = datetime(2026, 2, 20, tzinfo=UTC)
    for _ in range(120):
        placed_at = start + timedelta(minutes=dice.randrange(52 * 24 * 60))
        if dice.random() < 0.4:
            placed_at = placed_at.replace(hour=dice.choice((15, 22, 23, 0)), minute=59)
        total = dice.randrange(100, 9_000)
        past.add(
            Fact(
                placed_at,
                state=dice.choice(DICE_STATES),
                took=timedelta(minutes=dice.choice((1, 40, 300, 3_000))),
                total=total,
                commission=dice.randrange(total),
                service=dice.randrange(3),
                zone=dice.choice(zones),
                customer=dice.randrange(3),
                courier=dice.randrange(2),
            )
        )


@pytest.mark.parametrize("slug", ["alpha", "beta"])
def test_every_part_is_the_sum_of_its_orders(
    alpha: TenantRef, beta: TenantRef, past: Callable[[TenantRef], Past], slug: str
):
    made = {"alpha": past(alpha), "beta": past(beta)}
    for seed, each in enumerate(made.values()):
        with tenant_scope(each.on.tenant):
            zones = [str(zone.id) for zone in (ZoneFactory(), ZoneFactory())]
        reckless(each, [*zones, None], seed)
    mine = made[slug]
    zone = ZoneInfo("Asia/Shanghai" if slug == "alpha" else "Europe/London")
    held = within(zone, FIRST, LAST)
    answer = mine.on.finn.api.run(REPORT, {"first": str(FIRST), "last": str(LAST)})["report"]

    figures = answer["period"]["figures"]
    expected = sums(mine.facts, held)
    money = {"currency": "CNY" if slug == "alpha" else "GBP"}
    assert figures["turnover"]["currency"] == money["currency"]
    shown = {**figures, "turnover": {"amount": figures["turnover"]["amount"]}}
    assert {key: shown[key] for key in expected} == expected

    before = [
        fact.customer for fact in mine.facts if fact.placed_at.astimezone(zone).date() < FIRST
    ]
    active = {fact.customer for fact in mine.facts if held(fact.placed_at)}
    assert figures["customersActive"] == len(active)
    assert figures["customersNew"] == len(active - {*before})
    assert figures["customersReturning"] == len(active & {*before})

    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert answer["period"]["series"] == [
        {
            "startsOn": str(day),
            "endsOn": str(day),
            **sums(mine.facts, within(zone, day, day)),
        }
        for day in days
    ]
    earlier = within(zone, FIRST - timedelta(days=21), FIRST - timedelta(days=1))
    assert answer["before"]["firstOn"] == str(FIRST - timedelta(days=21))
    assert answer["before"]["figures"]["placed"] == sums(mine.facts, earlier)["placed"]

    services = {
        global_id("Service", version.service_id): sums(
            [fact for fact in mine.facts if fact.service == number], held
        )
        for number, version in enumerate(mine.services)
    }
    assert {row.pop("serviceId"): row for row in nameless(answer["services"])} == services
    turnovers = [row["turnover"]["amount"] for row in answer["services"]]
    assert turnovers == sorted(turnovers, reverse=True)

    by_zone = {
        global_id("Zone", name) if name else None: sums(
            [fact for fact in mine.facts if fact.zone == name], held
        )
        for name in [*zones_of(mine), None]
    }
    assert {row.pop("zoneId"): row for row in nameless(answer["zones"])} == by_zone

    for number, courier in enumerate(mine.couriers):
        own = sums(
            [
                fact
                for fact in mine.facts
                if fact.courier == number
                and fact.state not in (OrderState.PLACED, OrderState.CANCELLED)
            ],
            held,
        )
        (row,) = [
            each for each in answer["couriers"] if each["displayName"] == courier.display_name
        ]
        assert row["completed"] == own["completed"]
        assert row["turnover"] == own["turnover"]
        earned = own["turnover"]["amount"] - own["commission"]["amount"]
        assert row["earned"] == {"amount": earned}

    clock = [fact.placed_at.astimezone(zone) for fact in mine.facts if held(fact.placed_at)]
    hours = Counter((at.strftime("%A").upper(), at.hour) for at in clock)
    assert {(row["weekday"], row["hour"]): row["placed"] for row in answer["demand"]} == hours


def nameless(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "name"} for row in rows]


def zones_of(past: Past) -> list[str]:
    with tenant_scope(past.on.tenant):
        return [str(zone.id) for zone in Zone.objects.all()]


@pytest.mark.parametrize(
    ("by", "steps"),
    [
        ("WEEK", [("16", "22"), ("23", "29"), ("30", "05")]),
        ("MONTH", [("16", "31"), ("01", "05")]),
    ],
)
def test_weeks_and_months_end_with_the_period(
    beta: TenantRef, past: Callable[[TenantRef], Past], by: str, steps: list[tuple[str, str]]
):
    mine, zone = past(beta), ZoneInfo("Europe/London")
    reckless(mine, [None], 3)
    asked = {"first": str(FIRST), "last": str(LAST), "by": by}
    series = mine.on.finn.api.run(REPORT, asked)["report"]["period"]["series"]
    assert [(row["startsOn"][-2:], row["endsOn"][-2:]) for row in series] == steps
    for row in series:
        first, last = date.fromisoformat(row.pop("startsOn")), date.fromisoformat(row.pop("endsOn"))
        assert row == sums(mine.facts, within(zone, first, last))


def test_a_day_on_which_clocks_change_is_a_day(beta: TenantRef, past: Callable[[TenantRef], Past]):
    mine = past(beta)
    instants = {
        "2026-03-28T23:59:59+00:00": None,  # the day before
        "2026-03-29T00:00:00+00:00": 0,
        "2026-03-29T00:59:59+00:00": 0,
        "2026-03-29T01:00:00+00:00": 2,  # there is no hour of 1
        "2026-03-29T22:59:59+00:00": 23,
        "2026-03-29T23:00:00+00:00": None,  # the day after
        "2026-10-24T23:00:00+00:00": 0,
        "2026-10-25T00:30:00+00:00": 1,
        "2026-10-25T01:30:00+00:00": 1,  # the same hour once more
        "2026-10-25T23:59:59+00:00": 23,
        "2026-10-26T00:00:00+00:00": None,
    }
    mine.add(*(Fact(datetime.fromisoformat(at), state=OrderState.PLACED) for at in instants))
    for day, hours in (
        ("2026-03-29", {0: 2, 2: 1, 23: 1}),
        ("2026-10-25", {0: 1, 1: 2, 23: 1}),
    ):
        report = mine.on.finn.api.run(REPORT, {"first": day, "last": day})["report"]
        assert report["period"]["figures"]["placed"] == 4
        assert [row["placed"] for row in report["period"]["series"]] == [4]
        assert {row["hour"]: row["placed"] for row in report["demand"]} == hours
        assert {row["weekday"] for row in report["demand"]} == {"SUNDAY"}


def test_nothing_happened(alpha: TenantRef):
    on = stage(alpha)
    report = on.finn.api.run(REPORT, {"first": "2031-01-01", "last": "2031-01-02"})["report"]
    nothing = {"amount": 0}
    for each in (report["period"], report["before"]):
        figures = each["figures"]
        assert {value for value in figures.values() if isinstance(value, int)} == {0}
        assert figures["turnover"]["amount"] == 0
        assert figures["average"] is figures["completionBps"] is figures["rating"] is None
        assert [row["turnover"] for row in each["series"]] == [nothing, nothing]
    parts = ("services", "zones", "couriers", "demand")
    assert {part: report[part] for part in parts} == {part: [] for part in parts}


def test_what_the_ledger_says_is_what_the_report_says(alpha: TenantRef):
    on = stage(alpha)
    with tenant_scope(alpha):
        for state, total, commission in (
            ("completed", 1200, 300),
            ("completed", 999, 333),
            ("delivered", 700, 100),
            ("cancelled", 800, 100),
            ("returned", 900, 100),
        ):
            order_at(
                state, customer=on.maya, courier=on.courier, total=total, commission=commission
            )
        revenue = -balance(kind=Account.Kind.REVENUE, owner_id=None)
        owed = -balance(kind=Account.Kind.COURIER_EARNINGS, owner_id=on.courier.id)
    report = on.finn.api.run(REPORT, {"first": "2026-03-02", "last": "2026-03-02"})["report"]
    figures = report["period"]["figures"]
    assert figures["commission"]["amount"] == revenue == 633
    assert figures["turnover"]["amount"] == revenue + owed == 2199
    assert figures["turnover"]["formatted"] == "CN¥21.99"
    assert figures["average"]["amount"] == 1100  # 1099.5
    (courier,) = report["couriers"]
    assert courier["earned"]["amount"] == owed
    assert (figures["placed"], figures["cancelled"], figures["returned"]) == (5, 1, 1)
    assert figures["completionBps"] == 5000
