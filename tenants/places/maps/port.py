"""What the product asks of a map."""

from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from kernel.refusals import Refusal
from tenants.places.geometry import Position

MAX_FOUND: Final = 10


class MapUnavailable(Refusal):
    """The map does not answer, or nothing that could be understood. Later it may."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something on the map, in WGS-84; `place_id` if it is one of the operator's own places."""

    name: str
    address: str
    position: Position
    place_id: UUID | None = None


class MapGateway(Protocol):
    """A map, made with `url`, `key` and `seconds`, as the settings have them.

    Its methods raise `MapUnavailable`, after `seconds` at the latest, and never log what was asked:
    that is where somebody lives.
    """

    remote: bool
    """Whether it is somebody else's, who takes time and may fail."""

    def search(self, text: str, *, near: Position | None, language: str) -> list[Found]:
        """What `text` may mean, the likeliest first, at most `MAX_FOUND`."""

    def reverse(self, position: Position, *, language: str) -> Found | None:
        """What is at a position, or as good as there."""
