"""What differs from one run to the next, made the same: ids, times, cursors, numbers, links."""

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.support.ids import global_id

MOMENT = "2026-03-02T09:00:00+00:00"
DAY = "2026-03-02"

_MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$")
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_FIXED: dict[str, Any] = {
    "token": "a-session-token",
    "secret": "dk_a-secret",
    "invitationUrl": "https://alpha.example/invitation?token=a-secret",
    "hash": "0" * 64,
    "digest": "0" * 64,
    "release": "0" * 32,
    "number": "A-1001",
    "cursor": "cursor",
    "after": "cursor",
    "startCursor": "cursor",
    "endCursor": "cursor",
    "liveCursor": "cursor",
}
_MEASURED: dict[str, Any] = {"connections": 5, "root": "/var/lib/daiqu/backups", "weekday": 3}
"""What is so on one machine or on one day, and otherwise on another."""
_LINK = re.compile(r"^(https?://[^/]+)?/files/")


class Normal:
    """One example's values, in the order in which they are met."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def of(self, value: Any, key: str = "") -> Any:
        """`value` without what differs."""
        if isinstance(value, dict):
            return {name: self.of(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner, key) for inner in value]
        if type(value) is type(_MEASURED.get(key)) and value is not None:
            return _MEASURED[key]
        if not isinstance(value, str):
            return value
        if key in _FIXED:
            return _FIXED[key]
        if _MOMENT.match(value):
            return MOMENT
        if _DAY.match(value):
            return DAY
        if _LINK.match(value):
            return "https://alpha.example/files/picture.webp"
        return self._id(value)

    def _id(self, value: str) -> str:
        """Ids are numbered by type, so that equal ones stay equal; a text is searched for them."""
        try:
            name, _, row = b64decode(value, validate=True).decode().partition(":")
            UUID(row)
        except ValueError:
            return _UUID.sub(lambda found: self._numbered("", found[0]), value)
        return self._ids.setdefault(value, global_id(name, UUID(self._numbered(name, row))))

    def _numbered(self, name: str, row: str) -> str:
        return self._ids.setdefault(f"{name}:{row}", str(UUID(int=len(self._ids) + 1)))


def differences(before: Any, now: Any, path: str = "") -> Iterator[str]:
    """Where two values differ, and how, leaf by leaf."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in {**before, **now}:
            yield from differences(before.get(key), now.get(key), f"{path}.{key}")
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from differences(one, other, f"{path}.{number}")
    elif before != now:
        yield f"{path}: {before!r} is now {now!r}"
