"""AMap (高德), version 3 of its web service. It speaks GCJ-02; nobody outside this module does."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from tenants.places.geometry import Position
from tenants.places.maps.gcj02 import from_gcj02, to_gcj02
from tenants.places.maps.port import MAX_FOUND, Found, MapUnavailable
from tenants.places.maps.transport import answer_of, position_of, text_of

URL: Final = "https://restapi.amap.com"
REACH_METERS: Final = 50_000
"""The widest that /v3/place/around takes."""


@dataclass(frozen=True, slots=True)
class Amap:
    """`key` is of the kind "Web 服务"; `url` is another server than theirs, or ''."""

    url: str
    key: str
    seconds: float
    remote: ClassVar[bool] = True

    def search(self, text: str, *, near: Position | None, language: str) -> list[Found]:
        """See `MapGateway`. A `|` would mean several words to look for."""
        query = {"keywords": text.replace("|", " "), "offset": str(MAX_FOUND)}
        if near is None:
            answer = self._asked("place/text", query, language)
        else:
            query |= {"location": _written(near), "radius": str(REACH_METERS), "sortrule": "weight"}
            answer = self._asked("place/around", query, language)
        found = answer.get("pois")
        if not isinstance(found, list):
            raise MapUnavailable
        return [one for each in found if (one := _found(each))][:MAX_FOUND]

    def reverse(self, position: Position, *, language: str) -> Found | None:
        """See `MapGateway`."""
        answer = self._asked("geocode/regeo", {"location": _written(position)}, language)
        place = answer.get("regeocode")
        if not isinstance(place, dict):
            raise MapUnavailable
        address = text_of(place.get("formatted_address"))
        return Found(name=address, address=address, position=position) if address else None

    def _asked(self, what: str, query: dict[str, str], language: str) -> dict[str, Any]:
        """Its answer. What it refuses (a wrong key, the day's quota) comes with status 0."""
        answer = answer_of(
            f"{self.url.rstrip('/') or URL}/v3/{what}",
            {**query, "key": self.key, "output": "JSON"},
            language=language,
            seconds=self.seconds,
        )
        if not isinstance(answer, dict) or answer.get("status") != "1":
            raise MapUnavailable
        return answer


def _written(position: Position) -> str:
    """Longitude first, six decimals at most."""
    shifted = to_gcj02(position)
    return f"{shifted.longitude:.6f},{shifted.latitude:.6f}"


def _found(each: Any) -> Found | None:
    """What has no value is an empty list with them."""
    if not isinstance(each, dict):
        return None
    longitude, _, latitude = text_of(each.get("location")).partition(",")
    position, name = position_of(latitude, longitude), text_of(each.get("name"))
    if position is None or not name:
        return None
    areas = [text_of(each.get(key)) for key in ("pname", "cityname", "adname")]
    address = "".join(dict.fromkeys([*areas, text_of(each.get("address"))]))
    return Found(name=name, address=address, position=from_gcj02(position))
