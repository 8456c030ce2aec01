"""Free slots, from facts alone: no rows, no clock, no time zone but what the windows bring.

All times are whole seconds since the epoch. A courier has as many *lanes* as visits at one time;
the visits of a lane come one after the other, with the way between them. A slot is free in a lane
when

- the visit lies inside one window of work (hours less absences and shifts),
- it begins no earlier than the end of the visit before it, that one's buffer, and the way from it,
- its own buffer and the way to the visit after it end before that one begins.

So for each gap between two visits there is one stretch of instants at which a visit may begin, and
the slots are the instants on the grid in it. The cost is that of the visits and of the slots found.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil, cos, pi, radians, sqrt
from typing import Final
from uuid import UUID

from tenants.couriers.hours import Window
from tenants.places.geometry import DETOUR_FACTOR, EARTH_RADIUS_METERS, Position

TRAVEL_METERS_A_SECOND: Final = 15 / 3.6
"""15 km/h: what platforms may reckon with for an electric bicycle at most (the same standard as
the fatigue rule's, couriers/fatigue.py)."""

_SECONDS_A_DEGREE: Final = EARTH_RADIUS_METERS * pi / 180 * DETOUR_FACTOR / TRAVEL_METERS_A_SECOND


STEP: Final = timedelta(minutes=15)
"""How far slots lie apart."""


@dataclass(frozen=True, slots=True)
class Terms:
    """An operator's: slots are offered from `lead` ahead until `horizon` ahead, and moved, or given
    back by their customer, until `notice` before they begin.
    """

    lead: timedelta = timedelta(hours=1)
    horizon: timedelta = timedelta(days=60)
    notice: timedelta = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Visit:
    """A courier's appointment in a lane. `blocked` is its end and buffer. Somewhere, or nowhere."""

    starts: int
    blocked: int
    lane: int
    position: Position


@dataclass(frozen=True, slots=True)
class Agenda:
    """All that decides when one courier is free. Windows are merged and in order; visits are any.

    Those of one lane do not overlap.
    """

    courier_id: UUID
    windows: Sequence[Window]
    visits: Sequence[Visit] = ()
    capacity: int = 1
    buffer: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that somebody wants: so long, there, beginning within `first` to `last`, on a grid.

    The grid is every `step` seconds since the epoch. A quarter of an hour of that is one on every
    wall clock on earth, since all zones are whole quarters away from UTC.
    """

    duration: int
    position: Position
    first: int
    last: int
    step: int


@dataclass(slots=True)
class Slot:
    """An instant at which a visit may begin, and with whom, in the order of the agendas."""

    starts: int
    courier_ids: list[UUID] = field(default_factory=list)


def travel_seconds(a: Position, b: Position) -> int:
    """From one visit to the next: the straight line times the detour at a bicycle's pace.

    On a plane that touches the earth between them, which within a town is exact to a thousandth
    and four times as quick as the sphere.
    """
    north = b.latitude - a.latitude
    east = (b.longitude - a.longitude + 180) % 360 - 180
    east *= cos(radians((a.latitude + b.latitude) / 2))
    return ceil(sqrt(north * north + east * east) * _SECONDS_A_DEGREE)


def slots(agendas: Iterable[Agenda], wanted: Wanted) -> list[Slot]:
    """Every slot that somebody is free for, in order."""
    found: dict[int, Slot] = {}
    for agenda in agendas:
        for start in starts_of(agenda, wanted):
            slot = found.get(start)
            if slot is None:
                slot = found[start] = Slot(start)
            slot.courier_ids.append(agenda.courier_id)
    return [found[start] for start in sorted(found)]


def starts_of(agenda: Agenda, wanted: Wanted) -> list[int]:
    """The instants on the grid at which this courier can begin, in order."""
    step = wanted.step
    if agenda.capacity == 1:
        found: list[int] = []
        for low, high in _stretches(agenda, wanted, lane=0):
            found.extend(range(-(-low // step) * step, high + 1, step))
        return found
    every: set[int] = set()
    for lane in range(agenda.capacity):
        for low, high in _stretches(agenda, wanted, lane=lane):
            every.update(range(-(-low // step) * step, high + 1, step))
    return sorted(every)


def lane_for(agenda: Agenda, wanted: Wanted, start: int) -> int | None:
    """The first lane in which a visit may begin at `start`; None when that is no slot of theirs."""
    if start % wanted.step:
        return None
    for lane in range(agenda.capacity):
        if any(low <= start <= high for low, high in _stretches(agenda, wanted, lane=lane)):
            return lane
    return None


def _stretches(agenda: Agenda, wanted: Wanted, *, lane: int) -> Iterator[tuple[int, int]]:
    """From when to when (both included) a visit in this lane may begin; in order, apart."""
    duration, here = wanted.duration, wanted.position
    after = duration + agenda.buffer
    windows = agenda.windows
    number, count = 0, len(windows)
    earliest = wanted.first
    visits = sorted(
        (visit for visit in agenda.visits if visit.lane == lane), key=lambda visit: visit.starts
    )
    gaps: list[tuple[int, int]] = []
    for visit in visits:
        way = travel_seconds(visit.position, here)
        gaps.append((earliest, min(wanted.last, visit.starts - after - way)))
        earliest = max(earliest, visit.blocked + way)
    gaps.append((earliest, wanted.last))
    for low, high in gaps:
        if low > high:
            continue
        while number < count and windows[number].ends - duration < low:
            number += 1
        # The next gap may begin in the window in which this one ends.
        for place in range(number, count):
            window = windows[place]
            if window.starts > high:
                break
            first, last = max(low, window.starts), min(high, window.ends - duration)
            if first <= last:
                yield first, last
