"""The slot engine against a slow and obvious one, and by what must hold of every slot."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.booking.engine import (
    Agenda,
    Visit,
    Wanted,
    lane_for,
    slots,
    starts_of,
    travel_seconds,
)
from tenants.couriers.hours import Window, merged
from tenants.places.geometry import DETOUR_FACTOR, Position, straight_meters

STEP = 900
HERE = Position(31.2, 121.4)
positions = st.builds(
    lambda north, east: Position(31.2 + north / 200, 121.4 + east / 200),
    st.integers(-4, 4),
    st.integers(-4, 4),
)


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    """A courier with windows anywhere and visits that do not overlap in a lane, ways left aside."""
    windows = merged(
        Window(start * 300, (start + length) * 300)
        for start, length in draw(
            st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=6)
        )
    )
    capacity = draw(st.integers(1, 3))
    visits: list[Visit] = []
    for lane in range(capacity):
        end = 0
        for pause, length in draw(
            st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=5)
        ):
            start = end + pause * 300
            end = start + length * 300
            visits.append(Visit(start, end, lane, draw(positions)))
    return Agenda(
        courier_id=UUID(int=draw(st.integers(0, 10**6))),
        windows=windows,
        visits=draw(st.permutations(visits)),
        capacity=capacity,
        buffer=draw(st.sampled_from([0, 600])),
    )


wishes = st.builds(
    lambda first, length, duration, position: Wanted(
        duration * 300, position, first * 100, (first + length) * 100, STEP
    ),
    st.integers(-50, 400),
    st.integers(-5, 500),
    st.integers(1, 24),
    positions,
)


def fits(agenda: Agenda, wanted: Wanted, start: int, lane: int) -> bool:
    """Whether a visit may begin then: the words of engine.py, one by one."""
    end = start + wanted.duration
    if not any(window.starts <= start and end <= window.ends for window in agenda.windows):
        return False
    for visit in agenda.visits:
        if visit.lane == lane:
            way = travel_seconds(visit.position, wanted.position)
            is_before = visit.blocked + way <= start
            is_after = end + agenda.buffer + way <= visit.starts
            if not (is_before or is_after):
                return False
    return True


@settings(max_examples=400)
@given(agenda=agendas(), wanted=wishes)
def test_it_finds_what_the_obvious_way_finds(agenda: Agenda, wanted: Wanted):
    obvious = [
        start
        for start in range(-(-wanted.first // STEP) * STEP, wanted.last + 1, STEP)
        if any(fits(agenda, wanted, start, lane) for lane in range(agenda.capacity))
    ]
    assert starts_of(agenda, wanted) == obvious


@given(agenda=agendas(), wanted=wishes, data=st.data())
def test_every_slot_can_be_booked_once_for_each_lane_and_no_more(
    agenda: Agenda, wanted: Wanted, data: st.DataObject
):
    offered = starts_of(agenda, wanted)
    if not offered:
        return
    start = data.draw(st.sampled_from(offered))
    booked = 0
    while (lane := lane_for(agenda, wanted, start)) is not None:
        blocked = start + wanted.duration + agenda.buffer
        for visit in agenda.visits:
            assert visit.lane != lane or visit.blocked <= start or blocked <= visit.starts
        more = Visit(start, blocked, lane, wanted.position)
        agenda = replace(agenda, visits=[*agenda.visits, more])
        booked += 1
    assert 1 <= booked <= agenda.capacity
    assert start not in starts_of(agenda, wanted)


@given(agenda=agendas(), wanted=wishes)
def test_what_is_no_slot_cannot_be_booked(agenda: Agenda, wanted: Wanted):
    offered = set(starts_of(agenda, wanted))
    for start in range(wanted.first - 200, min(wanted.last, wanted.first + 6000) + 200, 100):
        assert (lane_for(agenda, wanted, start) is not None) == (start in offered)


@given(many=st.lists(agendas(), max_size=4), wanted=wishes)
def test_a_slot_names_all_who_are_free(many: list[Agenda], wanted: Wanted):
    found = slots(many, wanted)
    assert [slot.starts for slot in found] == sorted({slot.starts for slot in found})
    by_courier = [(slot.starts, each) for slot in found for each in slot.courier_ids]
    expected = [(start, each.courier_id) for each in many for start in starts_of(each, wanted)]
    assert sorted(by_courier) == sorted(expected)


@given(a=positions, b=positions)
def test_the_way_is_the_straight_line_with_its_detour(a: Position, b: Position):
    exact = straight_meters(a, b) * DETOUR_FACTOR / (15 / 3.6)
    assert abs(travel_seconds(a, b) - exact) <= 1 + exact / 500


def test_the_way_over_the_antimeridian_is_short():
    assert travel_seconds(Position(0, 179.99), Position(0, -179.99)) < 1000


def test_nothing_is_free_without_hours_or_backwards():
    wanted = Wanted(3600, HERE, 0, 10**6, STEP)
    nobody = Agenda(courier_id=UUID(int=1), windows=())
    always = replace(nobody, windows=[Window(0, 10**7)])
    assert slots([nobody], wanted) == []
    assert slots([always], replace(wanted, first=100, last=50)) == []
    assert slots([replace(always, windows=[Window(0, 3599)])], wanted) == []
    assert [s.starts for s in slots([replace(always, windows=[Window(0, 3600)])], wanted)] == [0]
