"""When something holds, by what the customer has answered: a small language that can be proven.

As stored, one of:

    {"field": "rooms", "at_least": 3}            a number, from here; with `at_most`, a range
    {"field": "kind", "is": ["wall", "floor"]}   a choice, one of these; of many, any of these
    {"field": "lift", "is": [true]}              yes or no
    {"all": […]}   {"any": […]}   {"not": …}     of conditions

A question that was not answered meets nothing but a `not`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kernel.refusals import InvalidInput, within

MAX_DEPTH: Final = 5
MAX_PARTS: Final = 40
"""Conditions in a condition."""

type Answers = Mapping[str, Any]
"""Values by the key of the field: str, int, bool, or a list of str."""


@dataclass(frozen=True, slots=True)
class Test:
    """What one answer must be: one of `values`, or a number in a range."""

    field: str
    values: tuple[str | bool | int, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    def holds(self, answers: Answers) -> bool:
        """Whether the answer is so."""
        answer = answers.get(self.field)
        if answer is None:
            return False
        if self.values:
            # True is no 1 here, though Python has them equal.
            given = answer if isinstance(answer, list) else [answer]
            return any(
                type(one) is type(value) and one == value for one in given for value in self.values
            )
        if isinstance(answer, bool) or not isinstance(answer, int):
            return False
        low, high = self.at_least, self.at_most
        return (low is None or answer >= low) and (high is None or answer <= high)


@dataclass(frozen=True, slots=True)
class Condition:
    """A test, or several conditions joined."""

    test: Test | None = None
    all: tuple["Condition", ...] = ()
    any: tuple["Condition", ...] = ()
    negated: "Condition | None" = None

    def holds(self, answers: Answers) -> bool:
        """Whether it is met by the answers."""
        if self.test is not None:
            return self.test.holds(answers)
        if self.negated is not None:
            return not self.negated.holds(answers)
        if self.any:
            return any(part.holds(answers) for part in self.any)
        return all(part.holds(answers) for part in self.all)

    def tests(self) -> Iterator[Test]:
        """Every test in it."""
        if self.test is not None:
            yield self.test
        if self.negated is not None:
            yield from self.negated.tests()
        for part in (*self.all, *self.any):
            yield from part.tests()

    def fields(self) -> frozenset[str]:
        """The keys of the fields that it asks about."""
        return frozenset(test.field for test in self.tests())

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored."""
        if self.test is not None:
            test = self.test
            if test.values:
                return {"field": test.field, "is": list(test.values)}
            bounds = {"at_least": test.at_least, "at_most": test.at_most}
            return {"field": test.field} | {
                name: bound for name, bound in bounds.items() if bound is not None
            }
        if self.negated is not None:
            return {"not": self.negated.serialise()}
        name, parts = ("any", self.any) if self.any else ("all", self.all)
        return {name: [part.serialise() for part in parts]}


def condition_parse(stored: object) -> Condition:
    """The inverse of `Condition.serialise`. Raises `InvalidInput` with the path of what is wrong.

    Whether its fields exist is for whoever knows them to say.
    """
    condition = _parse(stored, MAX_DEPTH)
    if sum(1 for _ in condition.tests()) > MAX_PARTS:
        raise InvalidInput(field="condition", reason=f"at most {MAX_PARTS} tests")
    return condition


def _parse(stored: object, depth: int) -> Condition:
    if not isinstance(stored, Mapping):
        raise InvalidInput(field="condition", reason="expected an object")
    if depth == 0:
        raise InvalidInput(field="condition", reason=f"at most {MAX_DEPTH} levels")
    match sorted(stored):
        case ["field", "is"]:
            return Condition(test=_values(stored))
        case ["at_least", "field"] | ["at_most", "field"] | ["at_least", "at_most", "field"]:
            return Condition(test=_range(stored))
        case ["all"]:
            return Condition(all=_parts(stored["all"], "all", depth))
        case ["any"]:
            return Condition(any=_parts(stored["any"], "any", depth))
        case ["not"]:
            with within("not"):
                return Condition(negated=_parse(stored["not"], depth - 1))
    raise InvalidInput(
        field="condition", reason="expected field with is or at_least/at_most, or all, any, not"
    )


def _parts(stored: object, name: str, depth: int) -> tuple[Condition, ...]:
    if not isinstance(stored, list) or not stored:
        raise InvalidInput(field=name, reason="expected a list of conditions")
    parts = []
    for number, part in enumerate(stored):
        with within(f"{name}.{number}"):
            parts.append(_parse(part, depth - 1))
    return tuple(parts)


def _values(stored: Mapping[str, Any]) -> Test:
    values = stored["is"]
    if not isinstance(values, list) or not values:
        raise InvalidInput(field="is", reason="expected a list of values")
    for value in values:
        if not isinstance(value, str | bool | int):
            raise InvalidInput(field="is", reason="expected texts, numbers or true and false")
    return Test(field=_key(stored), values=tuple(values))


def _range(stored: Mapping[str, Any]) -> Test:
    low, high = _whole(stored, "at_least"), _whole(stored, "at_most")
    if low is not None and high is not None and low > high:
        raise InvalidInput(field="at_most", reason="below at_least")
    return Test(field=_key(stored), at_least=low, at_most=high)


def _whole(stored: Mapping[str, Any], name: str) -> int | None:
    value = stored.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(field=name, reason="expected a whole number")
    return value


def _key(stored: Mapping[str, Any]) -> str:
    key = stored["field"]
    if not isinstance(key, str) or not key:
        raise InvalidInput(field="field", reason="expected the key of a field")
    return key
