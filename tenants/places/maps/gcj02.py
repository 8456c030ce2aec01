"""GCJ-02, the shifted coordinates that maps of mainland China are drawn in.

The shift was never published; this is the formula that the world agrees on (googollee's
eviltransform and many others), exact to a few centimetres against its published points.
"""

from math import cos, pi, radians, sin, sqrt
from typing import Final

from tenants.places.geometry import Position

_SEMI_MAJOR: Final = 6_378_245.0
"""Metres; Krasovsky's ellipsoid."""
_ECCENTRICITY_SQUARED: Final = 0.006_693_421_622_965_943_23
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""Outside this box nothing is shifted."""
_ROUNDS: Final = 12
"""Of the inverse, each some hundred times closer; four are enough."""


def to_gcj02(position: Position) -> Position:
    """A WGS-84 position, shifted."""
    if not (_SOUTH <= position.latitude <= _NORTH and _WEST <= position.longitude <= _EAST):
        return position
    north, east = _shift(position)
    return Position(latitude=position.latitude + north, longitude=position.longitude + east)


def from_gcj02(position: Position) -> Position:
    """The WGS-84 position whose shifted one it is, within a millimetre: by going back and forth."""
    guess = position
    for _ in range(_ROUNDS):
        shifted = to_gcj02(guess)
        north = position.latitude - shifted.latitude
        east = position.longitude - shifted.longitude
        if abs(north) < 1e-9 and abs(east) < 1e-9:
            break
        guess = Position(latitude=guess.latitude + north, longitude=guess.longitude + east)
    return guess


def _shift(position: Position) -> tuple[float, float]:
    """Degrees north and east."""
    x, y = position.longitude - 105, position.latitude - 35
    waves = 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (waves + 20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (waves + 20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    latitude = radians(position.latitude)
    flat = 1 - _ECCENTRICITY_SQUARED * sin(latitude) ** 2
    a_radian_north = _SEMI_MAJOR * (1 - _ECCENTRICITY_SQUARED) / flat**1.5
    a_radian_east = _SEMI_MAJOR / sqrt(flat) * cos(latitude)
    return north * 180 / (a_radian_north * pi), east * 180 / (a_radian_east * pi)
