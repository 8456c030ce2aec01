"""Opening hours as they are typed in and shown."""

from datetime import date, datetime
from typing import Any

import strawberry

from kernel import clock
from kernel.refusals import InvalidInput
from kernel.wall_clock import Span
from schema.core.context import Info
from schema.core.enums import described_enum
from tenants.places import hours as places_hours
from tenants.places.hours import YEARS, Hours, Weekday, hours_checked

described_enum(
    Weekday,
    "A day of the week.",
    name="Weekday",
    MONDAY="Monday.",
    TUESDAY="Tuesday.",
    WEDNESDAY="Wednesday.",
    THURSDAY="Thursday.",
    FRIDAY="Friday.",
    SATURDAY="Saturday.",
    SUNDAY="Sunday.",
)


@strawberry.input(description="From one time of the day to another, in the operator's zone.")
class OpeningSpanInput:
    """Two times."""

    opens: str = strawberry.field(description="HH:MM.")
    closes: str = strawberry.field(
        description="HH:MM; 24:00 is midnight. At or before `opens` it is of the next day."
    )


@strawberry.input(description="Weekly hours of one or several days.")
class WeeklyOpeningInput:
    """Days and a span."""

    weekdays: list[Weekday] = strawberry.field(description="The days on which the span begins.")
    opens: str = strawberry.field(description="HH:MM.")
    closes: str = strawberry.field(
        description="HH:MM; 24:00 is midnight. At or before `opens` it is of the next day."
    )


@strawberry.input(description="A date that has hours of its own.")
class OpeningExceptionInput:
    """A date and its spans."""

    day: date = strawberry.field(name="date", description="The local date.")
    spans: list[OpeningSpanInput] = strawberry.field(
        description="Instead of the weekday's; none means closed."
    )


@strawberry.input(description="When a place is open, in the operator's time zone.")
class OpeningHoursInput:
    """The week, and what differs."""

    week: list[WeeklyOpeningInput] = strawberry.field(
        description="At most 6 spans a day, which do not overlap; a day without one is closed."
    )
    exceptions: list[OpeningExceptionInput] = strawberry.field(
        default_factory=list, description="At most 366 dates."
    )

    def checked(self) -> Hours:
        """As the places keep it. Raises `InvalidInput`."""
        return hours_checked(
            week=[
                (weekday, span.opens, span.closes)
                for span in self.week
                for weekday in span.weekdays
            ],
            exceptions=[
                (each.day, [(span.opens, span.closes) for span in each.spans])
                for each in self.exceptions
            ],
        )


@strawberry.type(description="From one time of the day to another, in the operator's zone.")
class OpeningSpan:
    """Two times."""

    opens: str = strawberry.field(description="HH:MM.")
    closes: str = strawberry.field(
        description="HH:MM; 24:00 is midnight. At or before `opens` it is of the next day."
    )


@strawberry.type(description="The hours of one weekday.")
class OpeningDay:
    """A day and its spans."""

    weekday: Weekday = strawberry.field(description="The day on which the spans begin.")
    spans: list[OpeningSpan] = strawberry.field(description="In order; none means closed.")


@strawberry.type(description="A date that has hours of its own.")
class OpeningException:
    """A date and its spans."""

    day: date = strawberry.field(name="date", description="The local date.")
    spans: list[OpeningSpan] = strawberry.field(description="In order; none means closed.")


@strawberry.type(description="When a place is open, in the operator's time zone.")
class OpeningHours:
    """The week, and what differs."""

    week: list[OpeningDay] = strawberry.field(description="Seven days, from Monday on.")
    exceptions: list[OpeningException] = strawberry.field(description="By date.")


@strawberry.type(description="Whether a place is open at a time.")
class Opening:
    """Open or not, and until when."""

    open: bool = strawberry.field(description="Whether it is open.")
    changes_at: datetime | None = strawberry.field(
        description="When it closes, or opens next; null if not within two months."
    )


def hours_of(place: Any) -> OpeningHours | None:
    """The hours of a row of places."""
    if place.hours is None:
        return None
    hours = Hours.parse(place.hours)
    return OpeningHours(
        week=[
            OpeningDay(weekday=weekday, spans=_spans(hours.week[weekday])) for weekday in Weekday
        ],
        exceptions=[
            OpeningException(day=day, spans=_spans(spans))
            for day, spans in sorted(hours.exceptions.items())
        ],
    )


def opening_of(place: Any, *, at: datetime | None, info: Info) -> Opening | None:
    """Whether a row of places is open. Raises `InvalidInput("at")` beyond the years of `YEARS`."""
    if at is not None and at.year not in YEARS:
        raise InvalidInput(field="at", reason=f"a year from {YEARS[0]} to {YEARS[-1]}")
    if place.hours is None:
        return None
    found = places_hours.opening(
        Hours.parse(place.hours), at=at or clock.now(), zone=info.context.time_zone
    )
    return Opening(open=found.open, changes_at=found.changes_at)


def _spans(spans: tuple[Span, ...]) -> list[OpeningSpan]:
    return [OpeningSpan(opens=opens, closes=closes) for opens, closes in (s.texts for s in spans)]
