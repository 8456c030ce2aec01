"""One column as JSON text, exactly as graphql-core would serialize what Django reads of it.

`leaf(type, field, column)` knows pairs of a GraphQL leaf type and a Django field; of any other pair
it raises `NotLowered`. What graphql-core would make an error of becomes `BROKEN`.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db import models
from graphql import (
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
    get_nullable_type,
)

from kernel.money import MAX_AMOUNT
from schema.lowering.errors import NotLowered
from schema.lowering.text import BROKEN_SQL, NULL_SQL, Sql, literal

type Say = Callable[[Any, str], Sql]
"""An expression and what stands for NULL, as a text that is never NULL."""

_TEXTS: Final = ("CharField", "TextField", "SlugField")
_SMALL: Final = (
    "IntegerField",
    "SmallIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
)
_FIRST_DAY: Final = "'0001-01-01'"
_LAST_DAY: Final = "'9999-12-31'"


def leaf(type_: GraphQLOutputType, field: Any, column: Any) -> Sql:
    """`column`, which reads `field`, as text of the leaf `type_`. Raises `NotLowered`."""
    null = BROKEN_SQL if isinstance(type_, GraphQLNonNull) else NULL_SQL
    inner = get_nullable_type(type_)
    if isinstance(inner, GraphQLEnumType):
        if read_plainly(field) in _TEXTS:
            return _enum(inner, column, null)
    elif isinstance(inner, GraphQLScalarType):
        say = _SCALARS.get(inner.name, {}).get(read_plainly(field))
        if say is not None:
            return say(column, null)
    raise NotLowered(f"{inner} of {type(field).__name__}")


def global_id(type_name: str, key: Any) -> Sql:
    """Relay's id of a row: base64 of `Type:key`, without the line breaks of PostgreSQL's."""
    text = Sql(
        f"""'"' || translate(encode(convert_to({literal(type_name + ":")} || """,
        key,
        """::text, 'UTF8'), 'base64'), E'\\n', '') || '"'""",
    )
    return Sql("coalesce(", text, f", {BROKEN_SQL})")


def read_plainly(field: Any) -> str:
    """The kind of a field that Django reads as it is stored, by Django's name; '' for any other.

    Other are those that convert what the database has: encrypted ones above all.
    """
    convert = getattr(type(field), "from_db_value", None)
    if convert is not None and (convert is not models.JSONField.from_db_value or field.decoder):
        return ""
    kind: str = field.get_internal_type()
    return kind


def _enum(type_: GraphQLEnumType, column: Any, null: str) -> Sql:
    names = [
        (getattr(value.value, "value", value.value), name) for name, value in type_.values.items()
    ]
    if not all(isinstance(stored, str) for stored, _ in names):
        raise NotLowered(f"{type_} is not stored as text")
    whens = " ".join(
        f"WHEN {literal(stored)} THEN {literal(f'"{name}"')}" for stored, name in names
    )
    known = Sql("CASE ", column, f" {whens} ELSE {BROKEN_SQL} END")
    if null == BROKEN_SQL:
        return known
    return Sql("CASE WHEN ", column, f" IS NULL THEN {null} ELSE ", known, " END")


def _json(column: Any, null: str) -> Sql:
    return Sql("coalesce(to_json(", column, f")::text, {null})")


def _plain(column: Any, null: str) -> Sql:
    return Sql("coalesce(", column, f"::text, {null})")


def _document(column: Any, null: str) -> Sql:
    """A JSON null is Python's None as well."""
    return Sql("coalesce(nullif(", column, f"::text, 'null'), {null})")


def _boolean(column: Any, null: str) -> Sql:
    return Sql("CASE ", column, f" WHEN true THEN 'true' WHEN false THEN 'false' ELSE {null} END")


def _safe(column: Any, null: str) -> Sql:
    """A whole number that every JSON client reads."""
    fits = Sql("CASE WHEN ", column, f" NOT BETWEEN -{MAX_AMOUNT} AND {MAX_AMOUNT} THEN ")
    return Sql(fits, f"{BROKEN_SQL} ELSE ", _plain(column, null), " END")


def _float(column: Any, null: str) -> Sql:
    odd = Sql("CASE WHEN ", column, "::float8 IN ('NaN', 'Infinity', '-Infinity') THEN ")
    said = float_text(Sql(column, "::float8"))
    return Sql(odd, f"{BROKEN_SQL} ELSE coalesce(", said, f", {null}) END")


def float_text(number: Any) -> Sql:
    """A float8 as Python writes it, which tells 4.0 from 4; NULL for NULL."""
    whole = Sql("CASE WHEN ", number, " = trunc(", number, ") AND abs(", number, ") < 1e15 ")
    return Sql(number, "::text || ", whole, "THEN '.0' ELSE '' END")


def _instant(column: Any, null: str) -> Sql:
    """As `datetime.isoformat` in UTC: six digits of a second, or none."""
    utc = Sql(column, " AT TIME ZONE 'UTC'")
    odd = Sql(
        "CASE WHEN ", utc, f" NOT BETWEEN {_FIRST_DAY} AND '9999-12-31 23:59:59.999999' THEN "
    )
    whole = Sql("to_char(", utc, """, 'YYYY-MM-DD"T"HH24:MI:SS')""")
    parts = Sql("to_char(", utc, """, 'YYYY-MM-DD"T"HH24:MI:SS.US')""")
    said = Sql(
        "CASE WHEN date_trunc('second', ",
        utc,
        ") = ",
        utc,
        " THEN ",
        whole,
        " ELSE ",
        parts,
        " END",
    )
    quoted = Sql("""coalesce('"' || """, said, f""" || '+00:00"', {null})""")
    return Sql(odd, f"{BROKEN_SQL} ELSE ", quoted, " END")


def _day(column: Any, null: str) -> Sql:
    odd = Sql("CASE WHEN ", column, f" NOT BETWEEN {_FIRST_DAY} AND {_LAST_DAY} THEN ")
    said = Sql("""coalesce('"' || to_char(""", column, f""", 'YYYY-MM-DD') || '"', {null})""")
    return Sql(odd, f"{BROKEN_SQL} ELSE ", said, " END")


_SCALARS: Final[dict[str, dict[str, Say]]] = {
    "String": dict.fromkeys((*_TEXTS, "UUIDField"), _json),
    "ID": dict.fromkeys((*_TEXTS, "UUIDField"), _json),
    "Int": dict.fromkeys(_SMALL, _plain),
    "BigInt": {"BigIntegerField": _safe, **dict.fromkeys(_SMALL, _plain)},
    "Float": dict.fromkeys(("FloatField", *_SMALL), _float),
    "Boolean": {"BooleanField": _boolean},
    "DateTime": {"DateTimeField": _instant},
    "Date": {"DateField": _day},
    "JSON": {"JSONField": _document},
}
