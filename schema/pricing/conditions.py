"""How it is written in the API when a price rule applies."""

from datetime import date, time
from typing import Any

import strawberry
from strawberry.relay import GlobalID

from schema.core.enums import described_enum
from schema.core.ids import row_id
from schema.pricing.answers import AnswerValueInput
from tenants.pricing.figures import Day

CalendarDayKind = Day
described_enum(
    CalendarDayKind,
    "What a date is in the operator's calendar.",
    name="CalendarDayKind",
    ORDINARY="Neither of the two below.",
    HOLIDAY="A holiday.",
    WORKING="A weekend day that is worked for a holiday.",
)


@strawberry.input(description="Local time, over midnight where `to` is the earlier.")
class HoursInput:
    """A window of the day."""

    from_: time = strawberry.field(name="from", description="From then on.")
    to: time = strawberry.field(description="Before then.")


@strawberry.input(description="Local dates, both included; null is no end.")
class DatesInput:
    """A window of the calendar."""

    from_: date | None = strawberry.field(name="from", default=None, description="The first.")
    to: date | None = strawberry.field(default=None, description="The last.")


@strawberry.input(description="Figures, both included; null is no end.")
class SpanInput:
    """A range."""

    at_least: int | None = strawberry.field(default=None, description="The least.")
    at_most: int | None = strawberry.field(default=None, description="The most.")


@strawberry.input(description="What the answer to a question must be: one of `is`, or in a range.")
class AnswerTestInput:
    """A test of one answer."""

    field: str = strawberry.field(description="The question's key.")
    is_: list[AnswerValueInput] | None = strawberry.field(
        name="is", default=None, description="One of these: a text, a number or yes or no each."
    )
    at_least: int | None = strawberry.field(default=None, description="A number from here on.")
    at_most: int | None = strawberry.field(default=None, description="A number up to here.")


@strawberry.input(description="When a rule applies: all that is given must hold.")
class PriceConditionInput:
    """Of the order, and of where and when it is to be done."""

    weekdays: list[int] | None = strawberry.field(default=None, description="1 is Monday.")
    hours: HoursInput | None = strawberry.field(default=None, description="Within the day.")
    dates: DatesInput | None = strawberry.field(default=None, description="Within the calendar.")
    days: list[CalendarDayKind] | None = strawberry.field(
        default=None, description="What the date is in the operator's calendar."
    )
    zones_from: list[GlobalID] | None = strawberry.field(
        default=None, description="Zones of the first stop, at most 100."
    )
    zones_to: list[GlobalID] | None = strawberry.field(
        default=None, description="Zones of the last stop, at most 100."
    )
    distance_meters: SpanInput | None = strawberry.field(default=None, description="The way.")
    weight_grams: SpanInput | None = strawberry.field(default=None, description="The weight.")
    urgent: bool | None = strawberry.field(default=None, description="Urgent, or not.")
    member_levels: list[str] | None = strawberry.field(
        default=None, description="Levels of the customer's membership, at most 20."
    )
    wave_size: SpanInput | None = strawberry.field(
        default=None, description="How many orders go together, this one included; 1 is alone."
    )
    answers: list[AnswerTestInput] | None = strawberry.field(
        default=None, description="Tests of the form's answers, at most 20."
    )


def when_of(given: PriceConditionInput) -> dict[str, Any]:
    """The condition as it is stored, unchecked."""
    when: dict[str, Any] = {
        "weekdays": given.weekdays,
        "days": given.days and [day.value for day in given.days],
        "urgent": given.urgent,
        "member_levels": given.member_levels,
        "wave_size": _span(given.wave_size),
        "distance_meters": _span(given.distance_meters),
        "weight_grams": _span(given.weight_grams),
    }
    for name in ("zones_from", "zones_to"):
        if (zones := getattr(given, name)) is not None:
            when[name] = [str(row_id(zone, "Zone")) for zone in zones]
    if given.hours is not None:
        when["hours"] = {"from": _clock(given.hours.from_), "to": _clock(given.hours.to)}
    if given.dates is not None:
        ends = {"from": given.dates.from_, "to": given.dates.to}
        when["dates"] = {name: end.isoformat() for name, end in ends.items() if end is not None}
    if given.answers is not None:
        when["answers"] = [_test(test) for test in given.answers]
    return {name: value for name, value in when.items() if value is not None}


def _clock(moment: time) -> str:
    return moment.isoformat()


def _span(given: SpanInput | None) -> dict[str, int] | None:
    if given is None:
        return None
    return {name: end for name, end in vars(given).items() if end is not None}


def _test(given: AnswerTestInput) -> dict[str, Any]:
    test: dict[str, Any] = {"field": given.field}
    if given.is_ is not None:
        test["is"] = [
            next(value for value in vars(each).values() if value is not strawberry.UNSET)
            for each in given.is_
        ]
    ends = {"at_least": given.at_least, "at_most": given.at_most}
    return test | {name: end for name, end in ends.items() if end is not None}
