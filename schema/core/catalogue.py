"""Every refusal there is, for whoever writes a client: printed by `manage.py graphql refusals`."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, get_type_hints

import strawberry
from graphql import GraphQLUnionType, get_named_type
from strawberry.utils.str_converters import to_camel_case

from billing.rates import RateLimited
from kernel.refusals import Refusal
from kernel.texts import LANGUAGES
from schema.core.documents import DocumentUnknown, FreeDocumentRefused
from schema.core.errors import DENIED
from schema.core.messages import MESSAGES
from schema.core.results import error_type

OF_REQUESTS = (DocumentUnknown, FreeDocumentRefused, RateLimited)
"""Refusals of a request as a whole; those of services come with the schema."""


def refusals_of(schema: strawberry.Schema) -> list[dict[str, Any]]:
    """By code: its type, its facts, what it means, what it says, and which mutations answer it.

    Without mutations it is one of `errors`: of a query, of a subscription, or of the request.
    """
    answering = _answering(schema)
    found = []
    known: set[type[Refusal]] = {*_subclasses(Refusal), *OF_REQUESTS}
    for refusal in sorted(known, key=lambda each: each.code):
        if refusal.code not in MESSAGES:
            continue  # a base of others
        name = f"{refusal.__name__}Error"
        mutations = answering.get(name, [])
        found.append(
            {
                "code": refusal.code,
                "type": error_type(refusal).__name__ if mutations else None,
                "meaning": " ".join((refusal.__doc__ or "").split("\n\n")[0].split()),
                "data": _facts(refusal),
                "message": {each: MESSAGES[refusal.code][each] for each in LANGUAGES},
                "mutations": mutations,
            }
        )
    denied: list[dict[str, Any]] = [
        {
            "code": code,
            "type": None,
            "meaning": "The request as a whole is denied: one of `errors`, of any field.",
            "data": {},
            "message": {each: texts[each] for each in LANGUAGES},
            "mutations": [],
        }
        for code, texts in sorted(DENIED.items())
    ]
    return [*found, *denied]


def _answering(schema: strawberry.Schema) -> dict[str, list[str]]:
    """The mutations that answer an error type, by its name."""
    found: dict[str, list[str]] = defaultdict(list)
    root = schema._schema.mutation_type
    for name, field in sorted(root.fields.items()) if root else ():
        union = get_named_type(field.type)
        for member in union.types if isinstance(union, GraphQLUnionType) else ():
            found[member.name].append(name)
    return found


def _facts(refusal: type[Refusal]) -> dict[str, str]:
    """The refusal's fields as clients call them, each with what it holds."""
    hints = get_type_hints(refusal)
    return {
        to_camel_case(field.name): _plain_name(hints[field.name])
        for field in dataclasses.fields(refusal)
    }


def _plain_name(hint: Any) -> str:
    if hint == dict[str, str]:
        return "str"
    return hint.__name__ if isinstance(hint, type) else str(hint).replace("datetime.", "")


def _subclasses(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in base.__subclasses__():
        yield each
        yield from _subclasses(each)
