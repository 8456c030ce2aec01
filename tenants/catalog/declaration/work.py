"""What is done at the stops of an order: the stops, the proof at each, and the steps of the work.

    {"key": "test_run", "stop": 0, "name": {"en": "Test run", "zh-Hans": "试机"},
     "after": ["clean"], "photo": "required", "when": {"field": "appliance", "is": ["fridge"]}}

Steps of one stop may be done in any order but after those that they name; one whose condition does
not hold is no part of the order, and nobody waits for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

from kernel.refusals import InvalidInput, within
from tenants.catalog.declaration.conditions import Answers, Condition, condition_parse
from tenants.catalog.declaration.reading import (
    distinct,
    each_of,
    flag_in,
    key_in,
    member_in,
    object_of,
    texts_in,
    whole_in,
)

MAX_STOPS: Final = 8
MAX_STEPS: Final = 30
NAME_LENGTH, HINT_LENGTH = 80, 300


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

    @classmethod
    def parse(cls, stored: object) -> "StopDeclaration":
        """Out of plain JSON. Raises `InvalidInput` with the path of what is wrong."""
        value = object_of(stored, {"kind", "photo", "pin"})
        return cls(
            kind=member_in(value, "kind", StopKind),
            photo=member_in(value, "photo", Need, default=Need.OFF),
            pin=member_in(value, "pin", Need, default=Need.OFF),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the work at a stop, in the courier's words. `after`: keys of what comes first."""

    key: str
    stop: int
    name: Mapping[str, str]
    hint: Mapping[str, str]
    required: bool
    photo: Need
    after: tuple[str, ...] = ()
    when: Condition | None = None

    @classmethod
    def parse(cls, stored: object) -> "Step":
        """The inverse of `serialise`. Raises `InvalidInput` with the path of what is wrong."""
        known = {"key", "stop", "name", "hint", "required", "photo", "after", "when"}
        value = object_of(stored, known, needed={"key", "name"})
        when = value.get("when")
        with within("when"):
            condition = None if when is None else condition_parse(when)
        return cls(
            key=key_in(value),
            stop=whole_in(value, "stop", least=0, most=MAX_STOPS - 1) or 0,
            name=texts_in(value, "name", max_length=NAME_LENGTH),
            hint=texts_in(value, "hint", max_length=HINT_LENGTH, needed=False),
            required=flag_in(value, "required"),
            photo=member_in(value, "photo", Need, default=Need.OFF),
            after=each_of(value, "after", _step_key, at_most=MAX_STEPS),
            when=condition,
        )

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored."""
        stored: dict[str, Any] = {
            "key": self.key,
            "stop": self.stop,
            "name": dict(self.name),
            "hint": dict(self.hint),
            "required": self.required,
            "photo": self.photo.value,
            "after": list(self.after),
        }
        if self.when is not None:
            stored["when"] = self.when.serialise()
        return stored


def steps_of(steps: Sequence[Step], answers: Answers) -> tuple[Step, ...]:
    """The steps of an order with these answers, in an order in which they can be done."""
    return tuple(step for step in steps if step.when is None or step.when.holds(answers))


def check_steps(steps: Sequence[Step], *, stops: int) -> None:
    """Raises `InvalidInput` for a step twice, at no stop, after none or one of a later stop, or
    after itself by whatever way.
    """
    distinct([step.key for step in steps], path="steps")
    known = {step.key: step for step in steps}
    for number, step in enumerate(steps):
        path = f"steps.{number}"
        if step.stop >= stops:
            raise InvalidInput(field=f"{path}.stop", reason=f"there are {stops} stops, from 0")
        for key in step.after:
            if key not in known:
                raise InvalidInput(field=f"{path}.after", reason=f"there is no step {key!a}")
            if known[key].stop > step.stop:
                raise InvalidInput(field=f"{path}.after", reason=f"{key} is of a later stop")
    try:
        TopologicalSorter({step.key: step.after for step in steps}).prepare()
    except CycleError as loop:
        keys = loop.args[1]
        place = [step.key for step in steps].index(keys[0])
        raise InvalidInput(
            field=f"steps.{place}.after", reason=f"a loop: {' → '.join(reversed(keys))}"
        ) from None


def _step_key(stored: object) -> str:
    return key_in({"key": stored})
