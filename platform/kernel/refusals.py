"""Refusals: what a user may run into.

A refusal is raised by a service, so that its transaction rolls back, and becomes a member of the
mutation's result union in `schema/`. It carries a stable code and typed data, never prose: the
words live in `schema/`, one per language.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(eq=False)
class Refusal(Exception):
    """Base of every refusal. A subclass is an `@dataclass(eq=False)` whose fields are its data.

    `code` is derived from the class name: `QuoteExpired` is `QUOTE_EXPIRED`.
    """

    code: ClassVar[str] = "REFUSAL"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).upper()

    def data(self) -> dict[str, Any]:
        """The refusal's facts by field name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        return self.code


@dataclass(eq=False)
class NotFound(Refusal):
    """There is no such thing here, or not for this caller: both read the same. `what` names it."""

    what: str


@dataclass(eq=False)
class InvalidInput(Refusal):
    """A value is outside what the field allows. `field` is its path in the input, camelCase."""

    field: str
    reason: str


@contextmanager
def within(path: str) -> Iterator[None]:
    """Say of an `InvalidInput` that is raised inside that its field lies below `path`, or is it."""
    try:
        yield
    except InvalidInput as invalid:
        field = f"{path}.{invalid.field}" if invalid.field else path
        raise InvalidInput(field=field, reason=invalid.reason) from invalid


class WrongCredentials(Refusal):
    """The secret (password, code) is wrong, or nobody has it here: both read the same."""


class TooManyAttempts(Refusal):
    """Five wrong tries within fifteen minutes lock what was tried, even for the right answer."""


class IdempotencyKeyReused(Refusal):
    """The key was used before for another input."""


class AccessDenied(Exception):
    """The caller lacks a right (or is not signed in). A top-level error, never a result."""

    def __init__(self, code: str = "FORBIDDEN") -> None:
        super().__init__(code)
        self.code = code
