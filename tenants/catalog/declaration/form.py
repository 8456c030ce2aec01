"""The questions that a service asks beside the figures that every kind knows.

    {"key": "model", "type": "choice", "label": {"en": "Type", "zh-Hans": "机型"},
     "options": [{"key": "wall", "label": {"en": "Wall unit", "zh-Hans": "挂机"}}],
     "required": true, "when": {"field": "appliance", "is": ["air_conditioner"]}}

A question whose condition does not hold is not asked, and an answer to it is refused. Pictures are
sent before (`catalog.photos`), and an answer names them: whose they are is known by who checks it.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

from kernel.contacts import phone_checked
from kernel.refusals import InvalidInput, within
from kernel.texts import line_checked
from tenants.catalog.declaration.conditions import Answers, Condition, Test, condition_parse
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

MAX_FIELDS: Final = 40
MAX_OPTIONS: Final = 60
LABEL_LENGTH, HINT_LENGTH = 80, 300
LINE_LENGTH, PROSE_LENGTH = 200, 2000
NUMBERS: Final = 1_000_000
"""The largest number that a question may ask for."""

TRACKING_PATTERN: Final = "[0-9A-Za-z-]{6,40}"
"""Carriers' numbers: S10 of the Universal Postal Union has 13 characters, couriers' up to 34."""

PHOTO_PATTERN: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
"""What names a picture."""

MAX_PHOTOS: Final = 6
"""Of one question."""


class FieldType(StrEnum):
    """What an answer is."""

    LINE = "line"
    PROSE = "prose"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    DATE = "date"
    TIME = "time"
    PHONE = "phone"
    TRACKING_NUMBER = "tracking_number"
    PHOTO = "photo"


FIGURES: Final = frozenset(
    {FieldType.NUMBER, FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO}
)
"""What conditions and prices may ask about; everything else is a person's own words."""

_CHOSEN: Final = frozenset({FieldType.CHOICE, FieldType.CHOICES})
_COMMON: Final = frozenset({"key", "type", "label", "hint", "required", "when"})


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    key: str
    label: Mapping[str, str]

    @classmethod
    def parse(cls, stored: object) -> "Option":
        """The inverse of `serialise`."""
        value = object_of(stored, {"key", "label"})
        return cls(key=key_in(value), label=texts_in(value, "label", max_length=LABEL_LENGTH))

    def serialise(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"key": self.key, "label": dict(self.label)}


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `least` and `most` bound a number, `unit` is what it counts.

    Of pictures there are at most `most`.
    """

    key: str
    kind: FieldType
    label: Mapping[str, str]
    hint: Mapping[str, str]
    required: bool
    when: Condition | None
    options: tuple[Option, ...] = ()
    least: int | None = None
    most: int | None = None
    unit: Mapping[str, str] | None = None

    @classmethod
    def parse(cls, stored: object) -> "Field":
        """The inverse of `serialise`. Raises `InvalidInput` with the path of what is wrong."""
        known = _COMMON | {"options", "least", "most", "unit"}
        value = object_of(stored, known, needed={"key", "type", "label"})
        kind = member_in(value, "type", FieldType)
        _check_belongs(value, kind)
        options = each_of(value, "options", Option.parse, at_most=MAX_OPTIONS)
        if kind in _CHOSEN and not options:
            raise InvalidInput(field="options", reason="there is nothing to choose from")
        distinct([option.key for option in options], path="options")
        least = whole_in(value, "least", least=0, most=NUMBERS)
        most = whole_in(value, "most", least=0, most=NUMBERS)
        if kind is FieldType.NUMBER and (least is None or most is None or least > most):
            raise InvalidInput(field="most", reason="a number lies between least and most")
        if kind is FieldType.PHOTO:
            most = 1 if most is None else most
            if not 1 <= most <= MAX_PHOTOS:
                raise InvalidInput(field="most", reason=f"one to {MAX_PHOTOS} pictures")
        when = value.get("when")
        with within("when"):
            condition = None if when is None else condition_parse(when)
        return cls(
            key=key_in(value),
            kind=kind,
            label=texts_in(value, "label", max_length=LABEL_LENGTH),
            hint=texts_in(value, "hint", max_length=HINT_LENGTH, needed=False),
            required=flag_in(value, "required"),
            when=condition,
            options=options,
            least=least,
            most=most,
            unit=texts_in(value, "unit", max_length=LABEL_LENGTH) if "unit" in value else None,
        )

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored."""
        stored: dict[str, Any] = {
            "key": self.key,
            "type": self.kind.value,
            "label": dict(self.label),
            "hint": dict(self.hint),
            "required": self.required,
        }
        if self.when is not None:
            stored["when"] = self.when.serialise()
        if self.options:
            stored["options"] = [option.serialise() for option in self.options]
        if self.kind is FieldType.NUMBER:
            stored |= {"least": self.least, "most": self.most}
            if self.unit is not None:
                stored["unit"] = dict(self.unit)
        if self.kind is FieldType.PHOTO:
            stored["most"] = self.most
        return stored

    def asked(self, answers: Answers) -> bool:
        """Whether it is asked of who has answered so."""
        return self.when is None or self.when.holds(answers)

    def checked(self, value: Any, *, region: str | None, photos: Collection[str]) -> Any:
        """The answer as it is kept; `region` reads a phone number without a country.

        `photos` are the pictures that there are for whoever answers. Raises `InvalidInput(key)`.
        """
        match self.kind:
            case FieldType.LINE:
                return line_checked(self._text(value), field=self.key, max_length=LINE_LENGTH)
            case FieldType.PROSE:
                flat = self._text(value).replace("\r\n", "\n")
                line_checked(flat.replace("\n", " "), field=self.key, max_length=PROSE_LENGTH)
                return flat.strip()
            case FieldType.PHONE:
                return phone_checked(self._text(value), region=region, field=self.key)
            case FieldType.TRACKING_NUMBER:
                number = self._text(value)
                if not re.fullmatch(TRACKING_PATTERN, number):
                    raise self._wrong("6 to 40 letters, digits and hyphens")
                return number.upper()
            case FieldType.NUMBER:
                assert self.least is not None and self.most is not None
                is_whole = isinstance(value, int) and not isinstance(value, bool)
                if not is_whole or not self.least <= value <= self.most:
                    raise self._wrong(f"a whole number between {self.least} and {self.most}")
                return value
            case FieldType.YES_NO:
                if not isinstance(value, bool):
                    raise self._wrong("yes or no")
                return value
            case FieldType.CHOICE:
                return self._option(value)
            case FieldType.CHOICES:
                is_list = isinstance(value, list) and bool(value)
                if not is_list or len(set(map(str, value))) < len(value):
                    raise self._wrong("a list of different options")
                return [self._option(one) for one in value]
            case FieldType.DATE:
                return self._iso(value, date.fromisoformat)
            case FieldType.TIME:
                return self._iso(value, time.fromisoformat)
            case FieldType.PHOTO:
                return self._photos(value, photos)

    def _photos(self, value: Any, photos: Collection[str]) -> list[str]:
        named = value if isinstance(value, list) else []
        assert self.most is not None
        is_few = 1 <= len(named) <= self.most
        if not is_few or len(set(map(str, named))) < len(named):
            raise self._wrong(f"a list of one to {self.most} different pictures")
        if any(not isinstance(one, str) or one not in photos for one in named):
            raise self._wrong("there is no such picture")
        return named

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self._wrong("expected a text")
        return value

    def _option(self, value: Any) -> str:
        if value not in [option.key for option in self.options]:
            raise self._wrong("none of its options")
        return str(value)

    def _iso(self, value: Any, read: Callable[[str], date | time]) -> str:
        try:
            return read(self._text(value)).isoformat()
        except ValueError:
            raise self._wrong("expected ISO 8601") from None

    def _wrong(self, reason: str) -> InvalidInput:
        return InvalidInput(field=self.key, reason=reason)


@dataclass(frozen=True, slots=True)
class Form:
    """The questions in the order in which they are asked."""

    fields: tuple[Field, ...] = ()

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "Form":
        """The inverse of `serialise`, out of a declaration's `form`.

        Raises `InvalidInput` with the path of what is wrong: also for a question that depends on
        none, on a later one, on words, or on an answer that cannot be given.
        """
        form = cls(each_of(stored, "form", Field.parse, at_most=MAX_FIELDS))
        distinct([field.key for field in form.fields], path="form")
        for number, field in enumerate(form.fields):
            if field.when is not None:
                path = f"form.{number}.when"
                form.check_condition(field.when, before=number, path=path)
        return form

    def serialise(self) -> list[dict[str, Any]]:
        """Plain JSON, as it is stored."""
        return [field.serialise() for field in self.fields]

    def field(self, key: str) -> Field | None:
        """The question of that key."""
        return next((field for field in self.fields if field.key == key), None)

    def check_condition(
        self, condition: Condition, *, path: str, before: int | None = None
    ) -> None:
        """Raises `InvalidInput(path)` unless it asks for answers that can be given.

        `before`: only those of the questions before that one.
        """
        keys = {field.key: number for number, field in enumerate(self.fields)}
        for test in condition.tests():
            position = keys.get(test.field)
            if position is None:
                raise InvalidInput(field=path, reason=f"there is no question {test.field!a}")
            if before is not None and position >= before:
                raise InvalidInput(field=path, reason=self._later(before, position))
            _check_test(self.fields[position], test, path)

    def photos_named(self, answers: Mapping[str, Any]) -> list[str]:
        """What the answers to questions for pictures name, as far as it can be a picture."""
        given = [answers.get(field.key) for field in self.fields if field.kind is FieldType.PHOTO]
        return [
            one
            for value in given
            if isinstance(value, list)
            for one in value[:MAX_PHOTOS]
            if isinstance(one, str) and re.fullmatch(PHOTO_PATTERN, one)
        ]

    def answers_checked(
        self, answers: Mapping[str, Any], *, region: str | None, photos: Collection[str] = ()
    ) -> dict[str, Any]:
        """The answers as they are kept, in the form's order.

        `photos` are the pictures that whoever answers may name. Raises `InvalidInput` for one that
        is missing, not asked for, or wrong: `answers.KEY`.
        """
        kept: dict[str, Any] = {}
        with within("answers"):
            for field in self.fields:
                value = answers.get(field.key)
                if not field.asked(kept):
                    if value is not None:
                        raise InvalidInput(field=field.key, reason="not asked here")
                elif value is not None:
                    kept[field.key] = field.checked(value, region=region, photos=photos)
                elif field.required:
                    raise InvalidInput(field=field.key, reason="this service needs it")
            if unknown := sorted(set(answers) - {field.key for field in self.fields}):
                raise InvalidInput(field=unknown[0][:40], reason="there is no such question")
        return kept

    def figures(self, answers: Answers) -> dict[str, Any]:
        """Those of the answers that prices may depend on: nobody's words."""
        return {
            field.key: answers[field.key]
            for field in self.fields
            if field.kind in FIGURES and field.key in answers
        }

    def _later(self, asking: int, asked: int) -> str:
        """Why one question cannot depend on another that comes later, or on itself."""
        line, current = [self.fields[asking].key], asked
        while current != asking:
            field = self.fields[current]
            line.append(field.key)
            later = {test.field for test in field.when.tests()} if field.when else set()
            following = [n for n, other in enumerate(self.fields) if other.key in later]
            if not following or len(line) > len(self.fields):
                return f"{self.fields[asked].key} is asked later"
            current = following[0]
        return f"a loop: {' → '.join([*line, self.fields[asking].key])}"


def _check_belongs(value: Mapping[str, Any], kind: FieldType) -> None:
    """Raises `InvalidInput` for what questions of another type have."""
    allowed = set(_COMMON)
    if kind in _CHOSEN:
        allowed.add("options")
    if kind is FieldType.NUMBER:
        allowed |= {"least", "most", "unit"}
    if kind is FieldType.PHOTO:
        allowed.add("most")
    if strange := sorted(set(value) - allowed):
        raise InvalidInput(field=strange[0], reason=f"a question of type {kind} has none")


def _check_test(field: Field, test: Test, path: str) -> None:
    if field.kind not in FIGURES:
        raise InvalidInput(field=path, reason=f"{field.key} is answered in words")
    match field.kind:
        case FieldType.NUMBER:
            assert field.least is not None and field.most is not None
            if test.values:
                numbers = [value for value in test.values if type(value) is int]
                fits = len(numbers) == len(test.values) and all(
                    field.least <= number <= field.most for number in numbers
                )
            else:
                fits = (test.at_least is None or test.at_least <= field.most) and (
                    test.at_most is None or test.at_most >= field.least
                )
        case FieldType.YES_NO:
            fits = bool(test.values) and all(type(value) is bool for value in test.values)
        case _:
            possible = {option.key for option in field.options}
            fits = bool(test.values) and possible.issuperset(map(str, test.values))
    if not fits:
        raise InvalidInput(field=path, reason=f"{field.key} is never answered so")
