"""One answer of so many is made both ways and compared; a plan that was wrong is switched off."""

import itertools
import json
from collections.abc import Callable
from typing import Any, Final

import orjson
from django.conf import settings

_turn: Final = itertools.count()


def is_due() -> bool:
    """Whether this answer is one of those that are compared."""
    share: float = settings.LOWERING_SHADOW
    return share > 0 and next(_turn) % max(1, round(1 / share)) == 0


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
