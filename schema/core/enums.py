"""Closed sets of values as GraphQL enums, each value described."""

from enum import EnumMeta

import strawberry


def described_enum[E: EnumMeta](
    enum: E, description: str, *, name: str | None = None, **values: str
) -> E:
    """`enum` in the schema, under `name` or its own; `values` says what each member means.

    Raises `ValueError` unless exactly the members of `enum` are described.
    """
    if set(values) != set(enum.__members__):
        raise ValueError(f"{enum.__name__}: {set(values) ^ set(enum.__members__)} undescribed")
    declared = strawberry.enum(enum, name=name, description=description)
    for value in declared.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]
    return declared
