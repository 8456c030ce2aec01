"""Maps that answer over HTTP: Nominatim's way and AMap's, out of what a test has put on them.

with FakeMap() as fake:
    fake.put("东门", Position(31.02, 121.43), address="华山路")
    settings.MAP_URL = fake.url

`asked` has what came. A `Mood` makes it slow, mad or mute. AMap's half speaks GCJ-02, by points of
the test's own: it does not convert, so that nothing is proven by itself.
"""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tenants.places.geometry import Position, straight_meters

KEY = "amap-key"


class Mood(Enum):
    """How it answers from now on."""

    WELL = "as it should"
    DOWN = "503"
    QUOTA = "AMap's word for a day's quota that is used up; Nominatim's 429"
    MOVED = "a redirection to another host"
    SILENT = "nothing, for longer than anybody waits"
    DRIPPING = "a byte at a time, for longer than anybody waits"
    HANGING_UP = "closes the connection"
    HUGE = "two megabytes"
    HTML = "a page for people"
    GARBAGE = "JSON of another shape"


@dataclass(frozen=True)
class Known:
    """Something on the map, where the map itself says that it is."""

    name: str
    address: str
    position: Position


class FakeMap:
    """Listens on a free port of 127.0.0.1 from `with` on."""

    def __init__(self) -> None:
        self.known: list[Known] = []
        self.extra: list[Any] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.mood = Mood.WELL
        self._done = threading.Event()
        self._server = _Server(self)

    @property
    def url(self) -> str:
        """What to set as MAP_URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def put(self, name: str, position: Position, address: str = "") -> None:
        """Add something to the map."""
        self.known.append(Known(name, address, position))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._server.shutdown()
        self._server.server_close()

    def drip(self) -> Iterator[bytes]:
        """One byte after the other until the test is over."""
        while not self._done.wait(0.05):
            yield b" "

    def answer(self, path: str, query: dict[str, str]) -> Any:
        """What a healthy map says."""
        self.asked.append((path, query))
        if self.mood is Mood.GARBAGE:
            return {"status": "1", "pois": 7, "regeocode": [], "lat": "x"}
        return _ROUTES[path](self, query)

    def matching(self, text: str) -> list[Known]:
        """By part of the name."""
        return [each for each in self.known if text in each.name]

    def nearest(self, latitude: str, longitude: str) -> Known | None:
        """Within a kilometre."""
        here = Position(float(latitude), float(longitude))
        near = [each for each in self.known if straight_meters(here, each.position) < 1000]
        return min(near, key=lambda each: straight_meters(here, each.position), default=None)


def _nominatim_search(fake: FakeMap, query: dict[str, str]) -> Any:
    assert query["format"] == "jsonv2" and 1 <= int(query["limit"]) <= 40
    if "viewbox" in query:
        west, north, east, south = map(float, query["viewbox"].split(","))
        assert west < east and south < north
    return [*map(_nominatim, fake.matching(query["q"])), *fake.extra]


def _nominatim_reverse(fake: FakeMap, query: dict[str, str]) -> Any:
    found = fake.nearest(query["lat"], query["lon"])
    return _nominatim(found) if found else {"error": "Unable to geocode"}


def _nominatim(known: Known) -> dict[str, Any]:
    return {
        "place_id": 1,
        "osm_type": "way",
        "lat": str(known.position.latitude),
        "lon": str(known.position.longitude),
        "name": known.name,
        "display_name": ", ".join(filter(None, [known.name, known.address])),
    }


def _amap_text(fake: FakeMap, query: dict[str, str]) -> Any:
    pois = [*map(_poi, fake.matching(query["keywords"])), *fake.extra]
    return _amap(query, count=str(len(pois)), pois=pois)


def _amap_around(fake: FakeMap, query: dict[str, str]) -> Any:
    longitude, latitude = query["location"].split(",")
    assert 0 < int(query["radius"]) <= 50_000 and abs(float(latitude)) <= 90
    assert all(len(part.partition(".")[2]) <= 6 for part in (longitude, latitude))
    return _amap_text(fake, query)


def _amap_regeo(fake: FakeMap, query: dict[str, str]) -> Any:
    longitude, latitude = query["location"].split(",")
    found = fake.nearest(latitude, longitude)
    address = found.address + found.name if found else []  # what is not there is a list
    return _amap(query, regeocode={"formatted_address": address, "addressComponent": {}})


def _amap(query: dict[str, str], **fields: Any) -> Any:
    if query.get("key") != KEY:
        return {"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"}
    return {"status": "1", "info": "OK", "infocode": "10000", **fields}


def _poi(known: Known) -> dict[str, Any]:
    return {
        "id": "B0",
        "name": known.name,
        "location": f"{known.position.longitude:.6f},{known.position.latitude:.6f}",
        "address": known.address or [],
        "pname": "上海市",
        "cityname": "上海市",
        "adname": "闵行区",
        "tel": [],
    }


_ROUTES = {
    "/search": _nominatim_search,
    "/reverse": _nominatim_reverse,
    "/v3/place/text": _amap_text,
    "/v3/place/around": _amap_around,
    "/v3/geocode/regeo": _amap_regeo,
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: FakeMap) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake

    def handle_error(self, *_: Any) -> None:
        """Whoever was waiting has hung up: that is the test."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        fake, parts = self.server.fake, urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if fake.mood not in (Mood.WELL, Mood.GARBAGE):
            fake.asked.append((parts.path, query))
            self._badly(fake)
            return
        if parts.path not in _ROUTES:
            self.send_error(404)
            return
        self._said(200, json.dumps(fake.answer(parts.path, query)).encode())

    def _badly(self, fake: FakeMap) -> None:
        match fake.mood:
            case Mood.DOWN:
                self._said(503, b"{}")
            case Mood.QUOTA if self.path.startswith("/v3/"):
                self._said(200, b'{"status": "0", "infocode": "10044", "pois": []}')
            case Mood.QUOTA:
                self._said(429, b"[]")
            case Mood.MOVED:
                self._said(302, b"[]", Location="http://elsewhere.example/search")
            case Mood.HUGE:
                self._said(200, b'["' + b"x" * 2_000_000 + b'"]')
            case Mood.HTML:
                self._said(200, b"<html><body>Maintenance</body></html>")
            case Mood.DRIPPING:
                self.send_response(200)
                self.end_headers()
                for byte in fake.drip():
                    self.wfile.write(byte)
            case Mood.SILENT:
                for _ in fake.drip():
                    time.sleep(0)
            case _:
                self.connection.close()

    def _said(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
