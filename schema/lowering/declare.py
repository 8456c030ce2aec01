"""What a field's Python reads, said as columns: the few words that let SQL answer in its stead.

A field that is a column or a relation needs none of this. One with a resolver says it in its
metadata, beside the resolver, and the differential tests hold the two together:

    strawberry_django.field(resolver=…, only=["name"], metadata=by_sql(Words("name")))
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

LOWERED: Final = "lowered"
"""Where a field's metadata keeps its reading."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or an annotation of the field's own, as it is."""

    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by language in a column: those in the language of the request, if there are any."""

    name: str


@dataclass(frozen=True, slots=True)
class Mean:
    """One column divided by another as floats; null where the other is nought."""

    total: str
    count: str


@dataclass(frozen=True, slots=True)
class Parts:
    """An object that is no row: its fields, by their names in GraphQL.

    A field that is asked for and is not among them leaves the object to Python. The object is null
    where the column `unless_null` is.
    """

    fields: Mapping[str, "Reading"] = field(hash=False)
    unless_null: str | None = None


type Reading = Column | Words | Mean | Parts


def columns_of(reading: Reading) -> Iterator[str]:
    """Every column that a reading names."""
    match reading:
        case Column(name) | Words(name):
            yield name
        case Mean(total, count):
            yield from (total, count)
        case Parts(fields):
            for each in fields.values():
                yield from columns_of(each)


def money(amount: str, currency: str = "currency", *, nullable: bool = False) -> Parts:
    """The columns of a `Money`."""
    parts = {"amount": Column(amount), "currency": Column(currency)}
    return Parts(parts, unless_null=amount if nullable else None)


def by_sql(reading: Reading) -> dict[str, Any]:
    """The metadata of a field that `reading` tells the same of as its resolver does."""
    return {LOWERED: reading}
