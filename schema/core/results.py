"""Refusals as GraphQL: one error type per refusal class, one result union per mutation."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Union, get_type_hints

import strawberry

from kernel.refusals import Refusal
from kernel.texts import text_in
from schema.core.messages import message_of
from schema.core.reasons import facts_in


@strawberry.interface(description="Why a mutation was refused. Nothing has changed.")
class UserError:
    """What every refusal has; its type adds the facts."""

    code: str = strawberry.field(description="Stable and machine-readable, like QUOTE_EXPIRED.")
    message: str = strawberry.field(description="For a person, in the language of the request.")


_PLAIN: dict[Any, Any] = {str: str, int: int, bool: bool, datetime: datetime}


_error_types: dict[type[Refusal], type[UserError]] = {}


def error_type(refusal: type[Refusal]) -> type[UserError]:
    """The GraphQL type of `refusal`: `QuoteExpired` becomes `QuoteExpiredError`.

    A refusal's field may be str, int, bool, datetime, one of these or None, or a dict of texts,
    which is answered in the request's language. Raises `TypeError` for anything else.
    """
    if refusal not in _error_types:
        _error_types[refusal] = _new_error_type(refusal)
    return _error_types[refusal]


def _new_error_type(refusal: type[Refusal]) -> type[UserError]:
    hints = get_type_hints(refusal)
    annotations: dict[str, Any] = {}
    namespace: dict[str, Any] = {}
    for field in dataclasses.fields(refusal):
        annotations[field.name] = _graphql_type(hints[field.name], refusal, field.name)
        namespace[field.name] = strawberry.field(description=f"The refusal's {field.name}.")
    doc = (refusal.__doc__ or "").split("\n")[0]
    bare = type(
        f"{refusal.__name__}Error", (UserError,), {"__annotations__": annotations, **namespace}
    )
    return strawberry.type(bare, description=doc)


def _graphql_type(hint: Any, refusal: type[Refusal], name: str) -> Any:
    if hint in _PLAIN:
        return hint
    for plain in _PLAIN:
        if hint == plain | None:
            return hint
    if hint == dict[str, str]:
        return str
    raise TypeError(f"{refusal.__name__}.{name}: {hint} has no GraphQL type")


def error_of(refusal: Refusal, *, language: str, fallback: str) -> UserError:
    """`refusal` as the object that the API answers with."""
    data = {
        name: text_in(value, language, fallback) if isinstance(value, dict) else value
        for name, value in facts_in(language, refusal.data()).items()
    }
    message = message_of(refusal, data, language)
    return error_type(type(refusal))(code=refusal.code, message=message, **data)


def result_union(
    name: str, success: Any, refusals: Sequence[type[Refusal]], resolver: Callable[..., Any]
) -> Any:
    """The union `name` of `success` and each refusal's error type."""
    doc = f"What {resolver.__name__} answers: its success, or the refusal that stopped it."
    members = (success, *(error_type(refusal) for refusal in refusals))
    return Annotated[Union[members], strawberry.union(name, description=doc)]  # noqa: UP007
