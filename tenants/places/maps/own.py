"""The operator's own places as a map: what needs nobody else, and knows each door on the campus."""

import unicodedata
from dataclasses import dataclass
from functools import reduce
from math import cos, radians
from operator import and_, or_
from typing import ClassVar, Final

from django.db.models import F, Func, Q, TextField

from kernel.texts import text_in
from tenants.places.geometry import Position, straight_meters
from tenants.places.maps.port import MAX_FOUND, Found
from tenants.places.models import Place
from tenants.places.selectors import INDOORS, place_position, places_known

LOOKED_AT: Final = 500
"""Places that hold the words, out of which the likeliest are chosen."""
MAX_WORDS: Final = 6
REACH_METERS: Final = 200
"""How near a place is that a position is said to be at."""

_OUTER: Final = ("", "parent__", "parent__parent__")
"""A room, its floor, its building: "North hall 1806" names the first and the last."""


@dataclass(frozen=True, slots=True)
class OwnPlaces:
    """By name in any language, by prefix and by part; a name may be that of what it lies in."""

    url: str = ""
    key: str = ""
    seconds: float = 0
    remote: ClassVar[bool] = False

    def search(self, text: str, *, near: Position | None, language: str) -> list[Found]:
        """See `MapGateway`. One query."""
        words = _folded(text).split()[:MAX_WORDS]
        if not words:
            return []
        names = {f"{path}words".replace("__", "_"): _all_names(f"{path}name") for path in _OUTER}
        holds = [
            reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names)) for word in words
        ]
        places = (
            places_known()
            .annotate(**names)
            .filter(reduce(and_, holds))
            .select_related("parent__parent")
        )
        ranked = [
            (rank, place) for place in places[:LOOKED_AT] if (rank := _rank(place, words, near))
        ]
        ranked.sort(key=lambda pair: pair[0])
        return [_found(place, language) for _, place in ranked[:MAX_FOUND]]

    def reverse(self, position: Position, *, language: str) -> Found | None:
        """See `MapGateway`. One query."""
        north = REACH_METERS / 111_000
        east = north / max(cos(radians(position.latitude)), 0.01)
        places = (
            places_known()
            .exclude(kind__in=INDOORS)
            .filter(
                latitude__range=(position.latitude - north, position.latitude + north),
                longitude__range=(position.longitude - east, position.longitude + east),
            )
            .select_related("parent__parent")
        )
        near = [(straight_meters(position, place_position(place)), place) for place in places]
        meters, place = min(near, key=lambda pair: pair[0], default=(REACH_METERS + 1.0, None))
        return _found(place, language) if place and meters <= REACH_METERS else None


def _all_names(column: str) -> Func:
    """The texts of every language as one, without their tags."""
    return Func(
        F(column),
        template="jsonb_path_query_array(%(expressions)s, '$.*')::text",
        output_field=TextField(),
    )


type Rank = tuple[int, bool, float, int]


def _rank(place: Place, words: list[str], near: Position | None) -> Rank | None:
    """Whole name, its beginning, a word's beginning, a part of it; None if its own name has none
    of the words. Then what is outdoors, what is near, what is short."""
    names = [_folded(name) for name in place.name.values()]
    whole = " ".join(words)
    own = [word for word in words if any(word in name for name in names)]
    if not own:
        return None
    if whole in names:
        fit = 0
    elif any(name.startswith(whole) for name in names):
        fit = 1
    elif any(part.startswith(word) for word in own for name in names for part in name.split()):
        fit = 2
    else:
        fit = 3
    meters = straight_meters(near, place_position(place)) if near else 0.0
    return fit, place.kind in INDOORS, meters, min(map(len, names))


def _found(place: Place, language: str) -> Found:
    outer = place.parent
    within = []
    for _ in range(len(_OUTER) - 1):
        if outer is not None:
            within.append(text_in(outer.name, language, language))
            outer = outer.parent if outer.parent_id else None
    return Found(
        name=text_in(place.name, language, language),
        address=", ".join(within),
        position=place_position(place),
        place_id=place.id,
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
