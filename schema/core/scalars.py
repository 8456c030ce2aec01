"""Scalars beyond GraphQL's own, and the Money type."""

from datetime import datetime
from typing import Any, NewType

import strawberry
from django.core.files.uploadedfile import UploadedFile
from graphql import GraphQLError, IntValueNode, ValueNode

from kernel import money
from kernel.money import MAX_AMOUNT
from schema.core.context import Info

BigInt = NewType("BigInt", int)


def parse_big_int(value: object) -> int:
    """An exact integer that every JSON client can hold: |value| <= 2^53 - 1."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_AMOUNT:
        raise GraphQLError(f"BigInt must be a whole number between -{MAX_AMOUNT} and {MAX_AMOUNT}")
    return value


def parse_big_int_literal(node: ValueNode, variables: object = None) -> int:
    """The same for a literal in the document."""
    if not isinstance(node, IntValueNode):
        raise GraphQLError("BigInt must be a whole number")
    return parse_big_int(int(node.value))


BIG_INT = strawberry.scalar(
    name="BigInt",
    description="A whole number up to 2^53 - 1, which every JSON client reads exactly.",
    serialize=parse_big_int,
    parse_value=parse_big_int,
    parse_literal=parse_big_int_literal,
)


def parse_date_time(value: object) -> datetime:
    """An instant: a time without its offset could mean any of twenty-four."""
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        instant = None
    if not isinstance(value, str) or instant is None or instant.tzinfo is None:
        raise GraphQLError("DateTime must be ISO 8601 with an offset, like 2026-03-02T17:00:00Z")
    return instant


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="An instant in ISO 8601, with its offset: 2026-03-02T17:00:00+08:00.",
    specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
    serialize=datetime.isoformat,
    parse_value=parse_date_time,
)


def parse_upload(value: object) -> "UploadedFile[Any]":
    """A file that came in the same multipart request."""
    if not isinstance(value, UploadedFile):
        raise GraphQLError("Upload must be a file of a multipart request")
    return value


UPLOAD = strawberry.scalar(
    name="Upload",
    description="A file, sent as the GraphQL multipart request specification says.",
    specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
    parse_value=parse_upload,
)


@strawberry.type(description="An amount of money.")
class Money:
    """Minor units and a currency."""

    amount: BigInt = strawberry.field(description="Minor units: 1250 is 12.50 in CNY, 1250 in JPY.")
    currency: str = strawberry.field(description="ISO 4217 code.")

    @strawberry.field(description="For a person, in the language of the request.")
    def formatted(self, info: Info) -> str:
        locale = info.context.language.replace("-", "_")
        return money.Money(self.amount, self.currency).formatted(locale)


def money_of(amount: int, currency: str) -> Money:
    """`amount` minor units of `currency` as the API's Money."""
    return Money(amount=BigInt(amount), currency=currency)
