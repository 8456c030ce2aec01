"""`expand[]=latest_invoice.payments`: ids in an answer replaced by what they name."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.fakes.stripe.errors import invalid
from tests.fakes.stripe.world import Account, Obj, public

type Include = Callable[[Account, Obj], Any]

_includable: dict[tuple[str, str], Include] = {}


def includable(kind: str, name: str) -> Callable[[Include], Include]:
    """A property of `kind` that is there only when it is asked for."""

    def register(function: Include) -> Include:
        _includable[kind, name] = function
        return function

    return register


def expanded(account: Account, answer: Obj, paths: Iterable[str]) -> Obj:
    """What the API shows of `answer`. Raises `ApiError` for a path that leads nowhere."""
    shown: Obj = public(answer)
    for path in paths:
        _expand(account, shown, path.split("."), path)
    return shown


def _expand(account: Account, where: Any, steps: list[str], path: str) -> None:
    if isinstance(where, list):
        for each in where:
            _expand(account, each, steps, path)
        return
    step, *rest = steps
    kind = where.get("object", "")
    if (kind, step) in _includable and step not in where:
        where[step] = public(_includable[kind, step](account, account.objects[where["id"]]))
    if step not in where:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    value = where[step]
    if isinstance(value, str):
        if value not in account.objects:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        value = where[step] = public(account.objects[value])
    if rest and value is not None:
        _expand(account, value, rest, path)
