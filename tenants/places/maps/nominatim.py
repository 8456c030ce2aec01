"""OpenStreetMap's Nominatim, and whatever speaks as it does: version 5 of its API, jsonv2.

Their own server (nominatim.openstreetmap.org) is for light use; an operator's platform runs one.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from tenants.places.geometry import Position
from tenants.places.maps.port import MAX_FOUND, Found, MapUnavailable
from tenants.places.maps.transport import answer_of, position_of, text_of

REACH_DEGREES: Final = 0.5
"""Half the side of the window around `near` in which things are likelier to be meant."""


@dataclass(frozen=True, slots=True)
class Nominatim:
    """`url` is the server's, without /search."""

    url: str
    key: str
    seconds: float
    remote: ClassVar[bool] = True

    def search(self, text: str, *, near: Position | None, language: str) -> list[Found]:
        """See `MapGateway`."""
        query = {"q": text, "limit": str(MAX_FOUND)}
        if near is not None:
            west, east = near.longitude - REACH_DEGREES, near.longitude + REACH_DEGREES
            north, south = near.latitude + REACH_DEGREES, near.latitude - REACH_DEGREES
            query["viewbox"] = f"{west:.4f},{north:.4f},{east:.4f},{south:.4f}"
        answer = self._asked("search", query, language)
        if not isinstance(answer, list):
            raise MapUnavailable
        return [found for each in answer if (found := _found(each))][:MAX_FOUND]

    def reverse(self, position: Position, *, language: str) -> Found | None:
        """See `MapGateway`."""
        query = {"lat": f"{position.latitude:.6f}", "lon": f"{position.longitude:.6f}"}
        answer = self._asked("reverse", query, language)
        if not isinstance(answer, dict):
            raise MapUnavailable
        return _found(answer)  # of the open sea it says an "error", and no position

    def _asked(self, what: str, query: dict[str, str], language: str) -> Any:
        return answer_of(
            f"{self.url.rstrip('/')}/{what}",
            {**query, "format": "jsonv2"},
            language=language,
            seconds=self.seconds,
        )


def _found(each: Any) -> Found | None:
    if not isinstance(each, dict):
        return None
    position = position_of(each.get("lat"), each.get("lon"))
    address = text_of(each.get("display_name"))
    name = text_of(each.get("name")) or address.partition(",")[0]
    return Found(name=name, address=address, position=position) if position and name else None
