"""The tree of places: adding, changing, moving, closing, and filling a building with rooms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.places.geometry import Position
from tenants.places.hours import Hours
from tenants.places.models import Place
from tenants.places.selectors import places_known
from tenants.places.services.limits import NAME_LENGTH, TooMany
from tenants.places.states import MAY_LIE_IN

MAX_DEPTH: Final = 6
MAX_PLACES: Final = 20_000
"""In use. Thirty dormitories of 18 floors with 24 rooms each are 13,530."""
MAX_FLOORS: Final = 200
MAX_ROOMS: Final = 200
"""Of one floor."""
LOCK: Final = "places"


@transaction.atomic
def place_save(
    *,
    actor: Actor,
    place_id: UUID | None,
    kind: Place.Kind,
    parent_id: UUID | None,
    name: Mapping[str, str],
    position: Position,
    hours: Hours | None,
    active: bool,
) -> Place:
    """Add a place, or change or move the one with `place_id`, with what lies in it.

    One that is taken out of use takes with it all that lies in it. Raises `InvalidInput`,
    `NotFound` and `TooMany`.
    """
    actor.require(Right.PLACES_MANAGE)
    # One tree: two moves at once, each fine alone, could close a circle.
    transaction_lock(LOCK)
    place, below = Place(), list[list[Place]]()
    if place_id is not None:
        found = Place.objects.filter(id=place_id).first()
        if found is None:
            raise NotFound(what="Place")
        place, below = found, _levels_below(found.id)
    was_in_use = place_id is not None and place.active
    place.parent = None if parent_id is None else _parent_of(place, parent_id, below)
    place.kind = kind
    _check_nesting(place, below[0] if below else [])
    place.name = texts_checked(
        name, field="name", max_length=NAME_LENGTH, language=brand_language()
    )
    place.latitude, place.longitude = position.latitude, position.longitude
    place.hours = None if hours is None else hours.serialise()
    place.active = active
    if active and not was_in_use:
        check_room_for(1)
    place.save()
    if not active:
        inner = [each.id for level in below for each in level]
        Place.objects.filter(id__in=inner).update(active=False)
    return place


@dataclass(frozen=True, slots=True)
class Numbers:
    """From the first to the last, both included."""

    first: int
    last: int

    def checked(self, *, field: str, limit: int) -> range:
        """Raises `InvalidInput(field)` unless there are between 1 and `limit`."""
        numbers = range(self.first, self.last + 1)
        if not 1 <= len(numbers) <= limit or abs(self.first) > 9_999:
            raise InvalidInput(field=field, reason=f"between 1 and {limit} of them, first to last")
        return numbers


@transaction.atomic
def places_fill(
    *,
    actor: Actor,
    building_id: UUID,
    floors: Numbers,
    floor_name: Mapping[str, str],
    rooms: Numbers | None,
    room_name: Mapping[str, str],
) -> int:
    """Give a building its floors, and each of them its rooms; answers how many places are new.

    In the names `{floor}` stands for the floor's number and `{room}` for the room's, which has at
    least two digits. Floors and rooms that there are by the same name in the operator's language
    stay as they are, so that doing it twice does nothing more. All lie where the building does.
    Raises `InvalidInput`, `NotFound` and `TooMany`. Four queries, for any number.
    """
    actor.require(Right.PLACES_MANAGE)
    transaction_lock(LOCK)
    building = access_place(building_id)
    if building.kind != Place.Kind.BUILDING:
        raise InvalidInput(field="buildingId", reason="floors are in a building")
    language = brand_language()
    storeys = floors.checked(field="floors", limit=MAX_FLOORS)
    _check_name(floor_name, "{floor}", "floorName", language)
    doors = range(0)
    if rooms is not None:
        doors = rooms.checked(field="rooms", limit=MAX_ROOMS)
        _check_name(room_name, "{room}", "roomName", language)
    there = {
        (place.parent_id, place.kind, place.name.get(language)): place
        for place in places_known().filter(Q(parent=building) | Q(parent__parent=building))
    }
    new: list[Place] = []

    def found_or_new(kind: Place.Kind, parent: Place, name: dict[str, str]) -> Place:
        found = there.get((parent.id, kind, name[language]))
        if found is None:
            found = Place(
                kind=kind,
                parent=parent,
                name=name,
                latitude=building.latitude,
                longitude=building.longitude,
            )
            there[parent.id, kind, name[language]] = found
            new.append(found)
        return found

    for storey in storeys:
        name = _named(floor_name, "floorName", language, floor=str(storey))
        floor = found_or_new(Place.Kind.FLOOR, building, name)
        for door in doors:
            digits = {"floor": str(storey), "room": f"{door:02}"}
            found_or_new(Place.Kind.ROOM, floor, _named(room_name, "roomName", language, **digits))
    check_room_for(len(new))
    Place.objects.bulk_create(new)
    return len(new)


def access_place(place_id: UUID) -> Place:
    """A place in use, which anybody may know. Raises `NotFound`."""
    place = places_known().filter(id=place_id).first()
    if place is None:
        raise NotFound(what="Place")
    return place


def check_room_for(number: int) -> None:
    """Raises `TooMany` unless so many places more may be in use. Under the lock of the tree."""
    if number and places_known().count() + number > MAX_PLACES:
        raise TooMany(limit=MAX_PLACES)


def _levels_below(place_id: UUID) -> list[list[Place]]:
    """What lies in a place, level by level; out of use or not. A query for each level."""
    levels: list[list[Place]] = []
    parents = [place_id]
    while parents and len(levels) <= MAX_DEPTH:
        level = list(Place.objects.filter(parent_id__in=parents).only("id", "kind", "active"))
        if level:
            levels.append(level)
        parents = [place.id for place in level]
    return levels


def _parent_of(place: Place, parent_id: UUID, below: list[list[Place]]) -> Place:
    """The parent-to-be. Raises `InvalidInput` for a circle or a tree that grows too deep."""
    parent = access_place(parent_id)
    above: Place | None = parent
    for _ in range(MAX_DEPTH - len(below)):
        if above is None:
            return parent
        if above.id == place.id:
            raise InvalidInput(field="parentId", reason="a place cannot lie within itself")
        above = above.parent
    raise InvalidInput(field="parentId", reason=f"places nest at most {MAX_DEPTH} deep")


def _check_nesting(place: Place, children: list[Place]) -> None:
    """Raises `InvalidInput` where the table says no."""
    outer = place.parent.kind if place.parent else None
    if outer not in MAY_LIE_IN[place.kind]:
        where = f"in a {outer}" if outer else "by itself"
        raise InvalidInput(field="parentId", reason=f"a {place.kind} cannot lie {where}")
    for child in children:
        if child.active and place.kind not in MAY_LIE_IN[child.kind]:
            reason = f"a {child.kind} lies in it, which cannot lie in a {place.kind}"
            raise InvalidInput(field="kind", reason=reason)


def _check_name(name: Mapping[str, str], mark: str, field: str, language: str) -> None:
    texts_checked(name, field=field, max_length=NAME_LENGTH, language=language)
    if any(mark not in text for text in name.values()):
        raise InvalidInput(field=field, reason=f"{mark} is missing in it")


def _named(name: Mapping[str, str], field: str, language: str, **digits: str) -> dict[str, str]:
    texts = dict(name)
    for key, value in digits.items():
        texts = {tag: text.replace(f"{{{key}}}", value) for tag, text in texts.items()}
    return texts_checked(texts, field=field, max_length=NAME_LENGTH, language=language)
