"""Reading a stored declaration piece by piece; every complaint names its path."""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, Final

from kernel.refusals import InvalidInput, within
from kernel.texts import texts_checked

KEY_LENGTH: Final = 40


def object_of(
    value: object, known: Collection[str], *, needed: Collection[str] = ()
) -> Mapping[str, Any]:
    """`value`, an object with no names but `known` ones, and all that are `needed`."""
    if not isinstance(value, Mapping):
        raise InvalidInput(field="", reason="expected an object")
    if unknown := sorted(set(value) - set(known)):
        raise InvalidInput(field=unknown[0], reason="unknown")
    if missing := sorted(set(needed) - set(value)):
        raise InvalidInput(field=missing[0], reason="needed")
    return value


def each_of[T](
    value: Mapping[str, Any], name: str, read: Callable[[Any], T], *, at_most: int
) -> tuple[T, ...]:
    """What `read` makes of each member of the list `name`, which may be absent."""
    rows = value.get(name, [])
    if not isinstance(rows, list):
        raise InvalidInput(field=name, reason="expected a list")
    if len(rows) > at_most:
        raise InvalidInput(field=name, reason=f"at most {at_most}")
    found = []
    for number, row in enumerate(rows):
        with within(f"{name}.{number}"):
            found.append(read(row))
    return tuple(found)


def member_in[E: StrEnum](
    value: Mapping[str, Any], name: str, enum: type[E], *, default: E | None = None
) -> E:
    """The member of `enum` called `name` there."""
    given = value.get(name, default)
    try:
        return enum(given)
    except ValueError:
        raise InvalidInput(field=name, reason=f"one of {', '.join(enum)}") from None


def key_in(value: Mapping[str, Any], name: str = "key") -> str:
    """A name for programs: a letter, then letters, digits and underscores, all small."""
    key = value.get(name)
    ok = isinstance(key, str) and key.isascii() and key.isidentifier() and key.islower()
    if not ok or len(str(key)) > KEY_LENGTH or str(key).startswith("_"):
        raise InvalidInput(
            field=name,
            reason=f"small letters, digits and underscores, a letter first, at most {KEY_LENGTH}",
        )
    return str(key)


def texts_in(
    value: Mapping[str, Any], name: str, *, max_length: int, needed: bool = True
) -> dict[str, str]:
    """Words in every language that they are given in; in at least one if `needed`."""
    texts = value.get(name, {})
    if not isinstance(texts, Mapping) or not all(isinstance(text, str) for text in texts.values()):
        raise InvalidInput(field=name, reason="expected texts by language")
    if needed and not texts:
        raise InvalidInput(field=name, reason="needed")
    return texts_checked(texts, field=name, max_length=max_length, language=None)


def flag_in(value: Mapping[str, Any], name: str) -> bool:
    """True or false; false when absent."""
    flag = value.get(name, False)
    if not isinstance(flag, bool):
        raise InvalidInput(field=name, reason="expected true or false")
    return flag


def whole_in(value: Mapping[str, Any], name: str, *, least: int, most: int) -> int | None:
    """A whole number within bounds; None when absent."""
    number = value.get(name)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        raise InvalidInput(field=name, reason=f"a whole number between {least} and {most}")
    return number


def distinct(keys: Collection[str], *, path: str) -> None:
    """Raises `InvalidInput(path)` for a key that is there twice."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise InvalidInput(field=path, reason=f"{key} is there twice")
        seen.add(key)
