"""How a schema is made of its root types; the product has one, tests have small ones."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.file_uploads import Upload
from strawberry.schema.config import StrawberryConfig

from schema.core.pages import MAX_PAGE
from schema.core.plain import make_plain
from schema.core.scalars import BIG_INT, DATE_TIME, UPLOAD, BigInt


def stock_schema(
    query: type,
    mutation: type | None = None,
    subscription: type | None = None,
    *,
    extensions: tuple[type[SchemaExtension], ...] = (),
    types: tuple[Any, ...] = (),
) -> strawberry.Schema:
    """The schema as Strawberry makes it: what the bench compares ours with."""
    return strawberry.Schema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        extensions=extensions,
        types=types,
        config=StrawberryConfig(
            relay_max_results=MAX_PAGE,
            scalar_map={BigInt: BIG_INT, Upload: UPLOAD, datetime: DATE_TIME},
        ),
    )


def build_schema(
    query: type,
    mutation: type | None = None,
    subscription: type | None = None,
    *,
    types: tuple[Any, ...] = (),
) -> strawberry.Schema:
    """The schema that is served: for `schema.core.execution` only, which optimises by itself."""
    schema = stock_schema(query, mutation, subscription, types=types)
    make_plain(schema._schema)
    return schema
