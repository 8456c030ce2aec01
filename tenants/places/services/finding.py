"""Addresses found, and positions named: the operator's own places first, then the map's."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

from django.db import connection

from kernel.tenancy import current_tenant
from kernel.texts import line_checked
from tenants.places.geometry import Position
from tenants.places.maps import Found, MapGateway, MapUnavailable, map_gateway
from tenants.places.maps.own import OwnPlaces

MAX_LENGTH: Final = 80
KEPT_FOR: Final = timedelta(hours=1)
KEPT_ANSWERS: Final = 4_096
"""Of all tenants together, in each process."""
REST: Final = timedelta(seconds=10)
"""How long a map that has failed is left alone: a slow one would hold every thread in turn."""
OWN_FIRST: Final = 5


@dataclass(frozen=True, slots=True)
class AddressesFound:
    """The likeliest first; `complete` unless the map did not answer."""

    found: list[Found]
    complete: bool


def address_search(
    *, text: str, near: Position | None, language: str, at: datetime
) -> AddressesFound:
    """What `text` may mean: the operator's own places, then the map's.

    Where the map fails, what was found among the own places stands alone, and is not complete.
    Raises `InvalidInput("text")`, and `MapUnavailable` if there is nothing else to tell.
    """
    text = line_checked(text, field="text", max_length=MAX_LENGTH)
    own = OwnPlaces().search(text, near=near, language=language)
    gateway = map_gateway()
    if not gateway.remote:
        return AddressesFound(own, complete=True)
    # The map need not know more than the town that the asker is in; and so answers can be shared.
    around = near and Position(latitude=round(near.latitude, 2), longitude=round(near.longitude, 2))
    try:
        more: list[Found] = _asked(
            gateway,
            ("search", text, around, language),
            at,
            lambda: gateway.search(text, near=around, language=language),
        )
    except MapUnavailable:
        if not own:
            raise
        return AddressesFound(own, complete=False)
    return AddressesFound([*own[:OWN_FIRST], *more], complete=True)


def address_at(*, position: Position, language: str, at: datetime) -> Found | None:
    """What is at a position: an own place that is near enough, or what the map says.

    Raises `MapUnavailable`.
    """
    own = OwnPlaces().reverse(position, language=language)
    gateway = map_gateway()
    if own is not None or not gateway.remote:
        return own
    found: Found | None = _asked(
        gateway,
        ("reverse", position, language),
        at,
        lambda: gateway.reverse(position, language=language),
    )
    return found


_answers: OrderedDict[tuple[Any, ...], tuple[datetime, Any]] = OrderedDict()
_resting: dict[MapGateway, datetime] = {}
_lock = Lock()


def _asked(
    gateway: MapGateway, question: tuple[Any, ...], at: datetime, ask: Callable[[], Any]
) -> Any:
    """The answer that this tenant had within the hour, or a new one. Raises `MapUnavailable`."""
    key = (current_tenant().label, gateway, *question)
    with _lock:
        known = _answers.get(key)
        rests_until = _resting.get(gateway)
    if known is not None and at - known[0] < KEPT_FOR:
        return known[1]
    if rests_until is not None and at < rests_until:
        raise MapUnavailable
    if not connection.in_atomic_block:
        connection.close()  # back to the pool, for as long as the map takes
    try:
        answer = ask()
    except MapUnavailable:
        with _lock:
            _resting[gateway] = at + REST
        raise
    with _lock:
        _answers[key] = (at, answer)
        _answers.move_to_end(key)
        while len(_answers) > KEPT_ANSWERS:
            _answers.popitem(last=False)
    return answer
