"""`items[0][price]=x&metadata[k]=v&expand[]=customer` as nested dicts and lists of texts."""

import re
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.stripe.errors import invalid

_STEP = re.compile(r"\[([^\[\]]*)\]")


def decoded(form: str) -> dict[str, Any]:
    """The parameters of a body or a query. Raises `ApiError` for brackets that do not fit."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(form, keep_blank_values=True):
        name, _, rest = key.partition("[")
        steps = _STEP.findall("[" + rest) if rest else []
        if rest and "".join(f"[{step}]" for step in steps) != "[" + rest:
            raise invalid(f"Invalid parameter name: {key}", param=key)
        _put(tree, [name, *steps], value, key)
    return {name: _lists(value) for name, value in tree.items()}


def _put(tree: dict[str, Any], path: list[str], value: str, key: str) -> None:
    *outer, last = path
    for step in outer:
        tree = tree.setdefault(step or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise invalid(f"Invalid hash: {key}", param=key)
    tree[last or str(len(tree))] = value


def _lists(value: Any) -> Any:
    """Dicts whose keys count from 0 as the lists they are."""
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(each) for name, each in value.items()}
    if inner and set(inner) == {str(number) for number in range(len(inner))}:
        return [inner[str(number)] for number in range(len(inner))]
    return inner
