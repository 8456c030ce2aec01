"""What a service asks for: the stops of its orders, the proof at each, the fields of its form.

A declaration is stored as JSON on the draft and copied into each version. From it follow what a
quote must and may bring, the stops of an order, and what the courier has to show at each.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final

from kernel.refusals import InvalidInput
from tenants.catalog.models import ServiceKind

MAX_STOPS: Final = 8
DURATION_MINUTES: Final = range(15, 961)
"""How long a service may take."""


class StopKind(StrEnum):
    """What happens at a stop."""

    PICK_UP = "pick_up"
    DROP_OFF = "drop_off"
    ON_SITE = "on_site"


class Need(StrEnum):
    """Whether a proof or a field is asked for."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class StopDeclaration:
    """A stop of every order, and the proof that completes it.

    `pin` is the number that the customer says at the door.
    """

    kind: StopKind
    photo: Need = Need.OFF
    pin: Need = Need.OFF


@dataclass(frozen=True, slots=True)
class Asked:
    """What the customer is asked. `parcel_code` is asked at each pick-up stop."""

    weight: Need = Need.OFF
    items: Need = Need.OFF
    parcel_code: Need = Need.OFF
    duration: Need = Need.OFF
    insured_value: Need = Need.OFF
    urgent: Need = Need.OFF


@dataclass(frozen=True, slots=True)
class Declaration:
    """Stops in the order in which they are visited, and the fields asked."""

    stops: tuple[StopDeclaration, ...]
    asked: Asked = Asked()

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "Declaration":
        """The inverse of `serialise`. Raises `InvalidInput` with the path of what is wrong."""
        _known_keys(stored, {"stops", "asked"}, path="declaration")
        rows = stored.get("stops", [])
        if not isinstance(rows, list):
            raise InvalidInput(field="stops", reason="expected a list")
        stops = []
        for number, stop in enumerate(rows):
            path = f"stops.{number}"
            _known_keys(stop, {"kind", "photo", "pin"}, path=path)
            stops.append(
                StopDeclaration(
                    kind=_member(StopKind, stop.get("kind"), path=f"{path}.kind"),
                    photo=_need(stop, "photo", path=path),
                    pin=_need(stop, "pin", path=path),
                )
            )
        asked = stored.get("asked", {})
        names = {field.name for field in fields(Asked)}
        _known_keys(asked, names, path="asked")
        return cls(
            stops=tuple(stops),
            asked=Asked(**{name: _need(asked, name, path="asked") for name in names}),
        )

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored."""
        return {"stops": [asdict(stop) for stop in self.stops], "asked": asdict(self.asked)}

    def check(self, kind: ServiceKind) -> None:
        """Raises `InvalidInput` with the path of the first thing that no `kind` can have."""
        if not 1 <= len(self.stops) <= MAX_STOPS:
            raise InvalidInput(field="stops", reason=f"between 1 and {MAX_STOPS} stops")
        for number, stop in enumerate(self.stops):
            path = f"stops.{number}"
            if (stop.kind is StopKind.ON_SITE) != (kind == ServiceKind.ON_SITE):
                raise InvalidInput(
                    field=f"{path}.kind", reason="on-site services, and only they, stop on site"
                )
            if stop.kind is StopKind.PICK_UP and stop.pin is not Need.OFF:
                raise InvalidInput(
                    field=f"{path}.pin", reason="nobody at a pick-up knows the customer's PIN"
                )
        self._check_route(kind)
        self._check_asked(kind)

    def _check_route(self, kind: ServiceKind) -> None:
        if kind == ServiceKind.ON_SITE:
            return
        if self.stops[-1].kind is not StopKind.DROP_OFF:
            raise InvalidInput(
                field=f"stops.{len(self.stops) - 1}.kind", reason="the last stop is a drop-off"
            )
        begins = self.stops[0].kind
        if kind != ServiceKind.BUY_FOR_ME and begins is not StopKind.PICK_UP:
            raise InvalidInput(field="stops.0.kind", reason="the first stop is a pick-up")

    def _check_asked(self, kind: ServiceKind) -> None:
        picks_up = any(stop.kind is StopKind.PICK_UP for stop in self.stops)
        if self.asked.parcel_code is not Need.OFF and not picks_up:
            raise InvalidInput(field="asked.parcelCode", reason="there is no pick-up stop")
        if self.asked.urgent is Need.REQUIRED:
            raise InvalidInput(field="asked.urgent", reason="urgency is the customer's choice")
        if kind == ServiceKind.BUY_FOR_ME and self.asked.items is not Need.REQUIRED:
            raise InvalidInput(field="asked.items", reason="what to buy has to be asked")


def default_declaration(kind: ServiceKind) -> Declaration:
    """What a service of `kind` asks for unless the operator says otherwise."""
    return _DEFAULTS[kind]


_FETCH: Final = StopDeclaration(StopKind.PICK_UP, photo=Need.REQUIRED)
_HAND_OVER: Final = StopDeclaration(StopKind.DROP_OFF, pin=Need.REQUIRED)

_DEFAULTS: Final = {
    ServiceKind.PICK_UP: Declaration(
        stops=(_FETCH, _HAND_OVER),
        asked=Asked(
            weight=Need.OPTIONAL,
            items=Need.OPTIONAL,
            parcel_code=Need.OPTIONAL,
            insured_value=Need.OPTIONAL,
            urgent=Need.OPTIONAL,
        ),
    ),
    ServiceKind.BUY_FOR_ME: Declaration(
        stops=(_FETCH, _HAND_OVER),
        asked=Asked(items=Need.REQUIRED, weight=Need.OPTIONAL, urgent=Need.OPTIONAL),
    ),
    ServiceKind.DELIVERY: Declaration(
        stops=(_FETCH, _HAND_OVER),
        asked=Asked(
            weight=Need.REQUIRED,
            items=Need.OPTIONAL,
            insured_value=Need.OPTIONAL,
            urgent=Need.OPTIONAL,
        ),
    ),
    ServiceKind.ON_SITE: Declaration(
        stops=(StopDeclaration(StopKind.ON_SITE, photo=Need.OPTIONAL, pin=Need.REQUIRED),),
        asked=Asked(urgent=Need.OPTIONAL),
    ),
}


def _known_keys(value: object, known: set[str], *, path: str) -> None:
    if not isinstance(value, Mapping):
        raise InvalidInput(field=path, reason="expected an object")
    if unknown := sorted(set(value) - known):
        raise InvalidInput(field=f"{path}.{unknown[0]}", reason="unknown")


def _need(value: Mapping[str, Any], name: str, *, path: str) -> Need:
    return _member(Need, value.get(name, Need.OFF), path=f"{path}.{name}")


def _member[E: StrEnum](enum: type[E], value: object, *, path: str) -> E:
    try:
        return enum(str(value))
    except ValueError:
        raise InvalidInput(field=path, reason=f"one of {', '.join(enum)}") from None
