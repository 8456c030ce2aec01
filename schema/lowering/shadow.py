"""One answer of so many is made both ways and compared; a plan that was wrong is switched off."""

import json
from collections.abc import Callable
from typing import Any, Final

import orjson
from django.conf import settings


class _Turns:
    """One in so many is due. Threads may lose a turn to one another, which does not matter."""

    def __init__(self) -> None:
        self._turn = 0

    def take(self, number: int) -> bool:
        """Whether one of the next `number` turns is due; only when none is, they are taken."""
        share: float = settings.LOWERING_SHADOW
        every = max(1, round(1 / share)) if share > 0 else 0
        if every and -self._turn % every < number:
            return True
        self._turn += number
        return False

    def pass_by(self) -> None:
        """The turn that was due is taken."""
        self._turn += 1


_turns: Final = _Turns()


def is_due() -> bool:
    """Whether this answer is one of those that are compared."""
    due = _turns.take(1)
    if due:
        _turns.pass_by()
    return due


def is_one_due(number: int) -> bool:
    """Whether one of so many answers would be; then they wait for `is_due` to be asked of each."""
    return _turns.take(number)


def is_wrong(text: str, value: Any, again: Callable[[], str]) -> bool:
    """Whether `text` says other than `value`, which graphql-core has made since.

    Rows may change in between: where the two differ the text is made `again`, and only one that
    still differs is wrong.
    """
    expected = _said(value)
    return _normal(text) != expected and _normal(again()) != expected


def _said(value: Any) -> str | None:
    try:
        return _normal(orjson.dumps(value).decode())
    except TypeError:  # an integer beyond 64 bits
        return json.dumps(value)


def _normal(text: str) -> str:
    """The text with its keys in their order, and its escapes and spaces as Python writes them."""
    return json.dumps(json.loads(text))
