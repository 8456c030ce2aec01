"""What a quote is priced by beside plain figures: answers, hours, days, zones, demand."""

from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.brand.models import CalendarDay, Settings
from tenants.places.geometry import Position
from tenants.places.zone_map import zone_map
from tenants.pricing.conditions import When
from tenants.pricing.figures import figures_of
from tenants.pricing.models import Quote
from tenants.pricing.selectors import facts_at, quote_replay
from tests.pricing.test_quotes import HERE, ask
from tests.support.cast import cast
from tests.support.factories import CAMPUS, ServiceFactory, TariffFactory, ZoneFactory
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes


def question(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": {"en": key, "zh-Hans": key}, **more}


ASKED = [
    question("rooms", "number", least=1, most=8, required=True),
    question("note", "prose"),
    question("lift", "yes_no"),
    question("size", "choice", options=[{"key": "big", "label": {"en": "Big"}}]),
]


def answer(key: str, **value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}


def with_form(tenant: TenantRef, *rules: dict[str, Any]) -> str:
    """The id of an on-site service with questions, and a tariff of these rules and a base."""
    base = {"step": "base", "params": {"amount": 500}}
    with tenant_scope(tenant):
        tariff = TariffFactory(prices={})
        tariff.rules = [
            {"service_id": None, "label": {"en": rule["step"]}, **rule} for rule in (base, *rules)
        ]
        tariff.save()
        declaration = {"stops": [{"kind": "on_site"}], "form": ASKED}
        service = ServiceFactory(published=True, kind="on_site", declaration=declaration)
        return global_id("Service", service.id)


def test_answers_are_checked_priced_and_kept(alpha: TenantRef):
    service_id = with_form(
        alpha,
        {"step": "option", "params": {"field": "rooms", "per_unit": 100, "free_units": 1}},
        {"step": "size", "params": {"amounts": {"big": 70}}},
    )
    maya = cast(alpha).maya
    answers = [
        answer("rooms", number=4),
        answer("note", text="Ring at Mrs Wu's"),
        answer("size", text="big"),
    ]
    quote = ask(maya, service_id, stops=[HERE], answers=answers, tip=30)["quote"]
    lines = [(line["code"], line["amount"]["amount"]) for line in quote["lines"]]
    assert lines == [("BASE", 500), ("SIZE", 70), ("OPTION", 300), ("TIP", 30)]
    assert quote["lines"][2]["inputs"]["chargedUnits"] == 3
    with tenant_scope(alpha):
        stored = Quote.objects.get()
        assert stored.answers == {"rooms": 4, "note": "Ring at Mrs Wu's", "size": "big"}
        # Nobody's words are among what prices depend on.
        assert stored.inputs["answers"] == {"rooms": 4, "size": "big"}
        again = quote_replay(stored)
        assert [line.amount for line in again.lines] == [500, 70, 300, 30]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"answers": []}, "answers.rooms"),
        ({"answers": [answer("rooms", number=9)]}, "answers.rooms"),
        ({"answers": [answer("rooms", text="4")]}, "answers.rooms"),
        ({"answers": [answer("rooms", number=4)] * 2}, "answers.rooms"),
        ({"answers": [answer("rooms", number=4), answer("pets", number=1)]}, "answers.pets"),
        ({"answers": [answer("rooms", number=4), answer("size", text="x")]}, "answers.size"),
        ({"answers": [answer("rooms", number=4)], "tip": -1}, "tip"),
        ({"answers": [answer("rooms", number=4)], "tip": 10_000_001}, "tip"),
        (
            {"answers": [answer("rooms", number=4)], "wantedAt": "2020-01-01T00:00:00Z"},
            "wantedAt",
        ),
        (
            {"answers": [answer("rooms", number=4)], "wantedAt": "2099-01-01T00:00:00Z"},
            "wantedAt",
        ),
    ],
)
def test_answers_and_times_that_make_no_sense_are_refused(
    alpha: TenantRef, given: dict, field: str
):
    maya, service_id = cast(alpha).maya, with_form(alpha)
    with nothing_changes(alpha):
        refused = ask(maya, service_id, stops=[HERE], **given)
    assert (refused.get("code"), refused.get("field")) == ("INVALID_INPUT", field)


NIGHT = {"hours": {"from": "22:00", "to": "06:00"}}


def test_the_hour_the_day_and_the_zone_are_the_operators_own(alpha: TenantRef):
    with tenant_scope(alpha):
        zone = ZoneFactory()
    service_id = with_form(
        alpha,
        {"step": "night", "params": {"amount": 11}, "when": NIGHT},
        {"step": "holiday", "params": {"amount": 13}, "when": {"days": ["holiday"]}},
        {"step": "peak", "params": {"amount": 17}, "when": {"days": ["working"]}},
        {"step": "zone", "params": {"amount": 19}, "when": {"zones_to": [str(zone.id)]}},
    )
    maya = cast(alpha).maya
    china = timezone(timedelta(hours=8))
    tomorrow = (clock.now() + timedelta(days=1)).astimezone(china).date()
    with tenant_scope(alpha):
        for days, kind in ((0, "holiday"), (1, "working")):
            CalendarDay.objects.create(date=tomorrow + timedelta(days=days), kind=kind, name={})
    for days, hour, expected in (
        (0, time(12), [500, 13, 19]),
        (0, time(21, 59), [500, 13, 19]),
        (0, time(22), [500, 11, 13, 19]),
        (1, time(5, 59), [500, 11, 17, 19]),
        (1, time(6), [500, 17, 19]),
        (2, time(12), [500, 19]),
    ):
        wanted = datetime.combine(tomorrow + timedelta(days=days), hour, tzinfo=china)
        # Asked for in another zone, it is the same moment.
        moment = wanted.astimezone(UTC).isoformat()
        rooms = [answer("rooms", number=1)]
        quote = ask(maya, service_id, stops=[HERE], answers=rooms, wantedAt=moment)["quote"]
        amounts = [line["amount"]["amount"] for line in quote["lines"]]
        assert sorted(amounts) == sorted(expected), wanted
    with tenant_scope(alpha):
        CalendarDay.objects.all().delete()
        Settings.objects.update(time_zone="America/New_York")
        zone.active = False
        zone.save()
        # What is true today changes nothing of what was promised.
        for stored in Quote.objects.all():
            lines = list(stored.lines.values_list("code", "amount", "inputs"))
            again = quote_replay(stored)
            assert [(line.code, line.amount, line.inputs) for line in again.lines] == lines


@pytest.mark.parametrize(
    ("moment", "by_night"),
    [
        # In Berlin two o'clock becomes three on 29 March 2026, and three becomes two on 25 October.
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 0, 59, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 1, 59, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), False),
    ],
)
def test_night_ends_when_the_clocks_say_so(alpha: TenantRef, moment: datetime, by_night: bool):
    with tenant_scope(alpha):
        facts = facts_at(
            time_zone="Europe/Berlin",
            at=moment,
            wanted_at=None,
            positions=[Position(*CAMPUS)],
            zones=zone_map(),
        )
    figures = figures_of({**EMPTY, "facts": facts.serialise()}, distance_meters=None)
    assert When.parse({"hours": {"from": "23:00", "to": "03:00"}}).holds(figures) is by_night


EMPTY: dict[str, Any] = {
    "weight_grams": None,
    "duration_minutes": None,
    "urgent": False,
    "insured_value": None,
    "items": [],
}


def test_prices_follow_demand_for_as_soon_as_possible(alpha: TenantRef):
    service_id = with_form(alpha, {"step": "demand", "params": {"percent_bps": 4000}})
    people = cast(alpha)
    given = {"stops": [HERE], "answers": [answer("rooms", number=1)]}
    later = (clock.now() + timedelta(hours=5)).isoformat()

    def total(**more: Any) -> int:
        return ask(people.maya, service_id, **given, **more)["quote"]["total"]["amount"]

    assert total() == 500
    assert mutate(people.ines.api, "demandSet", {"demandBps": 5000}, "brand { demandBps }") == {
        "__typename": "DemandSetSuccess",
        "brand": {"demandBps": 5000},
    }
    assert (total(), total(wantedAt=later)) == (600, 500)
    with nothing_changes(alpha):
        for wrong in (-1, 10_001):
            assert mutate(people.ines.api, "demandSet", {"demandBps": wrong})["code"] == (
                "INVALID_INPUT"
            )


def test_what_no_program_can_hold_is_refused(alpha: TenantRef):
    sheets = question("sheets", "number", least=1, most=1_000_000, required=True)
    dear = {"field": "sheets", "per_unit": 10**9, "free_units": 0}
    maya = cast(alpha).maya
    with tenant_scope(alpha):
        tariff = TariffFactory(prices={"base": {"amount": 1}})
        rule = {**tariff.rules[0], "step": "option", "params": dear}
        tariff.rules = [tariff.rules[0], *[rule] * 10]
        tariff.save()
        declaration = {"stops": [{"kind": "on_site"}], "form": [sheets]}
        service = ServiceFactory(published=True, kind="on_site", declaration=declaration)
    service_id = global_id("Service", service.id)
    few, many = ([answer("sheets", number=number)] for number in (900_000, 1_000_000))
    total = ask(maya, service_id, stops=[HERE], answers=few)["quote"]["total"]["amount"]
    assert total == 9 * 10**15 + 1
    with nothing_changes(alpha):
        refused = ask(maya, service_id, stops=[HERE], answers=many)
    assert refused["code"] == "PRICE_TOO_LARGE"
