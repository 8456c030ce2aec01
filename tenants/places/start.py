"""The places that a new operator begins with, out of its starter template, and how they now are.

A template's section `places` is a list of places, each with kind, name, `offset` (metres `north`
and `east` of the centre), perhaps `hours` (as in `hours_text`) and further `places` that lie in it.
Onboarding says where the centre is; without one nothing is laid out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from statistics import median
from typing import Any
from uuid import UUID

from kernel.events import Fact
from kernel.refusals import InvalidInput
from tenants.places.geometry import Position, position_shifted, shift_between
from tenants.places.hours import Hours
from tenants.places.hours_text import hours_read, hours_written
from tenants.places.models import Place
from tenants.places.selectors import place_position, places_known
from tenants.places.services import MAX_DEPTH


def places_start(fact: Fact) -> None:
    """Lay the template's places out around the centre, if there is one. One statement.

    Raises `InvalidInput` for places that nest too deep, and for hours that are none.
    """
    center = fact.data.get("center")
    if center is None:
        return
    middle = Position(latitude=center["latitude"], longitude=center["longitude"])
    places: list[Place] = []

    def lay_out(rows: Iterable[Mapping[str, Any]], parent: Place | None, path: str) -> None:
        for number, row in enumerate(rows):
            here = f"{path}.{number}"
            if here.count("places") > MAX_DEPTH:
                raise InvalidInput(field=here, reason=f"places nest at most {MAX_DEPTH} deep")
            at = position_shifted(middle, **row["offset"])
            place = Place(
                kind=row["kind"],
                name=row["name"],
                parent=parent,
                latitude=at.latitude,
                longitude=at.longitude,
                hours=_hours(row.get("hours"), f"{here}.hours"),
            )
            places.append(place)
            lay_out(row.get("places", ()), place, f"{here}.places")

    lay_out(fact.data["template"].get("places", ()), None, "places")
    Place.objects.bulk_create(places)


def places_described(fact: Fact) -> None:
    """The places it began with and those in use, both as a template's section.

    Nobody keeps where the centre was: it is where most of the places that the template brought
    say that it is, so that only what was moved against the others counts as moved. An operator
    that has none of them began without a centre, or has made its own map since.
    """
    begun = fact.data["template"].get("places", ())
    known = list(places_known())
    center = _center(begun, known)
    fact.data["began"]["places"] = list(begun) if center else []
    if known and center is None:
        center = place_position(known[0])
    fact.data["now"]["places"] = _now(known, center) if center else []


def _now(known: list[Place], center: Position) -> list[dict[str, Any]]:
    below: dict[Any, list[Place]] = {}
    ids = {place.id for place in known}
    for place in known:
        # What lay in a place that is out of use stands by itself.
        below.setdefault(place.parent_id if place.parent_id in ids else None, []).append(place)

    def rows(parent_id: Any) -> list[dict[str, Any]]:
        return [row(place) for place in below.get(parent_id, ())]

    def row(place: Place) -> dict[str, Any]:
        north, east = shift_between(center, place_position(place))
        described = {
            "kind": str(place.kind),
            "name": place.name,
            "offset": {"north": north, "east": east},
        }
        # Dates that have hours of their own are of one year: no template brings them.
        if place.hours and (hours := hours_written(Hours.parse(place.hours))):
            described["hours"] = hours
        within = rows(place.id)
        return {**described, "places": within} if within else described

    return rows(None)


def _hours(text: str | None, path: str) -> dict[str, Any] | None:
    return None if text is None else hours_read(text, field=path).serialise()


def _center(begun: Iterable[Mapping[str, Any]], known: list[Place]) -> Position | None:
    """Where the centre must have been, by the places that bear a name of the template's."""
    offsets = _offsets(begun)
    by_id = {place.id: place for place in known}
    implied = []
    for place in known:
        path = _path(place, by_id)
        offset = offsets.get(path) or offsets.get(path[-1:])
        if offset is not None:
            # First back to the centre's latitude, by which a degree eastwards is measured.
            south = position_shifted(place_position(place), north=-offset["north"], east=0)
            implied.append(position_shifted(south, north=0, east=-offset["east"]))
    if not implied:
        return None
    return Position(
        latitude=median(position.latitude for position in implied),
        longitude=median(position.longitude for position in implied),
    )


def _offsets(begun: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], Any]:
    """By name, since places are moved below others; by all the names above where two share one."""
    rows = list(_walk(begun, ()))
    named = Counter(path[-1] for path, _ in rows)
    return {path[-1:] if named[path[-1]] == 1 else path: row["offset"] for path, row in rows}


def _path(place: Place, by_id: Mapping[UUID, Place]) -> tuple[Any, ...]:
    above = by_id.get(place.parent_id) if place.parent_id else None
    own = _key({"kind": place.kind, "name": place.name})
    return (*(_path(above, by_id) if above else ()), own)


def _walk(
    rows: Iterable[Mapping[str, Any]], above: tuple[Any, ...]
) -> Iterator[tuple[tuple[Any, ...], Mapping[str, Any]]]:
    for row in rows:
        path = (*above, _key(row))
        yield path, row
        yield from _walk(row.get("places", ()), path)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["kind"], *sorted(row["name"].items())
