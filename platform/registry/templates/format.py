"""Whether a template's data has the shape that README.md describes; format.schema.json says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from kernel.refusals import Refusal

MAX_BYTES: Final = 256 * 1024
"""Of a template as JSON. What comes along has 60 kB."""

MAX_NESTING: Final = 40

WHOLE: Final = "data"
"""The path of what is wrong with a template as a whole."""

_REASONS: Final = {
    "not": "control characters are not allowed",
    "pattern": "this is empty or has characters that are not allowed here",
}
"""Where jsonschema would only quote a regular expression."""


@dataclass(eq=False)
class TemplateBroken(Refusal):
    """A template that no operator could begin with. `path` leads to what is wrong in its data.

    `currency` is the one in which it turned out, empty where it is wrong in every one.
    """

    path: str
    reason: str
    currency: str = ""


def format_check(data: Any) -> None:
    """Raises `TemplateBroken` unless `data` has the shape of a template."""
    if not _nests(data, MAX_NESTING):
        raise TemplateBroken(path=WHOLE, reason=f"at most {MAX_NESTING} levels")
    try:
        size = len(orjson.dumps(data))
    except orjson.JSONEncodeError:
        raise TemplateBroken(path=WHOLE, reason="a figure or a text is out of bounds") from None
    if size > MAX_BYTES:
        raise TemplateBroken(path=WHOLE, reason=f"{size} bytes, which is more than {MAX_BYTES}")
    error = best_match(_validator().iter_errors(data))
    if error is not None:
        reason = _REASONS.get(str(error.validator), error.message[:200])
        path = ".".join(map(str, error.absolute_path)) or WHOLE
        raise TemplateBroken(path=path, reason=reason)


@cache
def template_format() -> dict[str, Any]:
    """The format as JSON Schema (draft 2020-12). Not to be changed."""
    schema: dict[str, Any] = orjson.loads(
        (Path(__file__).parent / "format.schema.json").read_bytes()
    )
    return schema


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(template_format())


def _nests(value: Any, levels: int) -> bool:
    """Whether `value` nests at most so deep: checked first, since the validator recurses."""
    inner: Iterable[Any] = ()
    if isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    return levels > 0 and all(_nests(each, levels - 1) for each in inner)
