"""Which place may lie in which: the one table."""

from typing import Final

from tenants.places.models import Place

_CAMPUS, _BUILDING, _GATE = Place.Kind.CAMPUS, Place.Kind.BUILDING, Place.Kind.GATE
_FLOOR, _ROOM, _STATION = Place.Kind.FLOOR, Place.Kind.ROOM, Place.Kind.STATION

MAY_LIE_IN: Final[dict[str, frozenset[str | None]]] = {
    _CAMPUS: frozenset({None, _CAMPUS}),
    _BUILDING: frozenset({None, _CAMPUS, _BUILDING}),
    _GATE: frozenset({None, _CAMPUS, _BUILDING, _GATE}),
    _FLOOR: frozenset({_BUILDING}),
    _ROOM: frozenset({_BUILDING, _FLOOR}),
    _STATION: frozenset({None, _CAMPUS, _BUILDING, _GATE, _FLOOR, _ROOM}),
}
"""None is the top of the tree. An inner gate lies in the outer one; a station may be a locker in
a lobby, on a floor, in a room."""
