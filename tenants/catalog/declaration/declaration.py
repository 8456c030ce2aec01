"""The declaration of a service: one text from which all else about its orders follows.

Stored as JSON on the draft and copied into each version. From it come the form that the apps draw,
what a quote must and may bring, the stops and steps of an order, the proofs, the notices, what
cancelling costs, and the bounds that its price is proven to keep. See README.md.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from kernel.refusals import InvalidInput, within
from tenants.catalog.declaration.form import FieldType, Form
from tenants.catalog.declaration.reading import each_of, member_in, object_of
from tenants.catalog.declaration.terms import (
    MAX_NOTICES,
    Cancellation,
    Notice,
    PriceBounds,
    Requirements,
)
from tenants.catalog.declaration.work import (
    MAX_STEPS,
    MAX_STOPS,
    Need,
    Step,
    StopDeclaration,
    StopKind,
    check_steps,
)
from tenants.catalog.models import ServiceKind

DURATION_MINUTES: Final = range(15, 961)
"""How long a service may take."""

FIGURES: Final = ("distance_meters", "weight_grams", "duration_minutes", "insured_value")
"""The figures that every form can ask for beside its own questions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the customer is asked. `parcel_code` is asked at each pick-up stop.

    `appointment` is a courier's time, booked beforehand.
    """

    weight: Need = Need.OFF
    items: Need = Need.OFF
    parcel_code: Need = Need.OFF
    duration: Need = Need.OFF
    insured_value: Need = Need.OFF
    urgent: Need = Need.OFF
    appointment: Need = Need.OFF


_NO_QUESTIONS: Final = Form()
_ANYBODY: Final = Requirements()
_BEFORE_ACCEPTANCE: Final = Cancellation()
_UNBOUNDED: Final = PriceBounds()


@dataclass(frozen=True, slots=True)
class Declaration:
    """Stops in the order in which they are visited, what is asked, done, said and owed."""

    stops: tuple[StopDeclaration, ...]
    asked: Asked = Asked()
    form: Form = _NO_QUESTIONS
    steps: tuple[Step, ...] = ()
    requirements: Requirements = _ANYBODY
    cancellation: Cancellation = _BEFORE_ACCEPTANCE
    notices: tuple[Notice, ...] = ()
    price: PriceBounds = _UNBOUNDED

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "Declaration":
        """The inverse of `serialise`. Raises `InvalidInput` with the path of what is wrong."""
        with within("declaration"):
            value = object_of(stored, {field.name for field in fields(cls)})
        asked_of = value.get("asked", {})
        with within("asked"):
            names = {field.name for field in fields(Asked)}
            object_of(asked_of, names)
            asked = Asked(
                **{name: member_in(asked_of, name, Need, default=Need.OFF) for name in names}
            )
        with within("requirements"):
            requirements = Requirements.parse(value.get("requirements", {}))
        with within("cancellation"):
            cancellation = (
                Cancellation.parse(value["cancellation"])
                if "cancellation" in value
                else _BEFORE_ACCEPTANCE
            )
        with within("price"):
            price = PriceBounds.parse(value.get("price", {}))
        return cls(
            stops=each_of(value, "stops", StopDeclaration.parse, at_most=MAX_STOPS),
            asked=asked,
            form=Form.parse(value),
            steps=each_of(value, "steps", Step.parse, at_most=MAX_STEPS),
            requirements=requirements,
            cancellation=cancellation,
            notices=each_of(value, "notices", Notice.parse, at_most=MAX_NOTICES),
            price=price,
        )

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored. What says nothing is left out."""
        stored: dict[str, Any] = {
            "stops": [asdict(stop) for stop in self.stops],
            "asked": asdict(self.asked),
        }
        if self.form.fields:
            stored["form"] = self.form.serialise()
        if self.steps:
            stored["steps"] = [step.serialise() for step in self.steps]
        if self.requirements != _ANYBODY:
            stored["requirements"] = self.requirements.serialise()
        if self.cancellation != _BEFORE_ACCEPTANCE:
            stored["cancellation"] = self.cancellation.serialise()
        if self.notices:
            stored["notices"] = [notice.serialise() for notice in self.notices]
        if self.price != _UNBOUNDED:
            stored["price"] = self.price.serialise()
        return stored

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
        check_steps(self.steps, stops=len(self.stops))
        for number, step in enumerate(self.steps):
            if step.when is not None:
                self.form.check_condition(step.when, path=f"steps.{number}.when")
        self._check_bounds()

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
        is_visit = kind == ServiceKind.ON_SITE and len(self.stops) == 1
        if self.asked.appointment is not Need.OFF and not is_visit:
            raise InvalidInput(field="asked.appointment", reason="only for work at one place")
        if kind == ServiceKind.BUY_FOR_ME and self.asked.items is not Need.REQUIRED:
            raise InvalidInput(field="asked.items", reason="what to buy has to be asked")

    def _check_bounds(self) -> None:
        for name in self.price.rises_with:
            field = self.form.field(name)
            if name not in FIGURES and (field is None or field.kind is not FieldType.NUMBER):
                raise InvalidInput(
                    field="price.risesWith", reason=f"{name} is no figure and no number question"
                )


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
        asked=Asked(urgent=Need.OPTIONAL, appointment=Need.OPTIONAL),
    ),
}
