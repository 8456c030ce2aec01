"""What a lowered root field answers: JSON text, which goes to the client as it is."""

import json
from typing import Any

import orjson


class Lowered:
    """The value of a root field as the JSON text that stands for it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def value(self) -> Any:
        """The value, for whoever cannot do with its text."""
        return json.loads(self.text)


def as_fragment(value: object) -> orjson.Fragment:
    """`default` of `orjson.dumps`: puts the text in as it is."""
    if isinstance(value, Lowered):
        return orjson.Fragment(value.text)
    raise TypeError(type(value).__name__)
