"""The decorators that root fields are made with.

    @query(right=Right.ORDERS_READ)
    def order(self, info: Info, id: GlobalID) -> OrderType: ...

    @connection(OrderConnection, right=Right.ORDERS_READ)
    def orders(self, info: Info) -> QuerySet[Order]: ...

    @mutation(right=Right.ORDER_AS_CUSTOMER, refusals=[QuoteExpired])
    def order_place(self, info: Info, input: OrderPlaceInput) -> OrderPlaceSuccess: ...

The docstring is the field's description.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import cleandoc, signature
from typing import Annotated, Any, Final, get_type_hints

import strawberry
import strawberry_django

from kernel.pipeline import Rows
from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.statements import Query
from schema.core.context import Context
from schema.core.results import error_of, result_union
from schema.core.rights import RIGHT_KEY, Requirement, guarded
from schema.core.writing import WHILE_READ_ONLY, check_writable, impersonation_recorded

COMMON_REFUSALS: tuple[type[Refusal], ...] = (NotFound, InvalidInput)
"""What any mutation may answer."""

INPUT = strawberry.argument(description="What it needs to know.")


SHARED_KEY: Final = "shared"
"""Where a root field's metadata says that all strangers have the same answer."""


STEADY_KEY: Final = "steady"
"""Where it says that its queryset is made of its arguments and its caller alone."""


VALUE_KEY: Final = "value"
"""Where it has a `Value`."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a root field without arguments says, to whoever may see it: of the rows of a query."""

    query: Query
    of: Callable[[Rows], Any]


def query(
    *,
    right: Requirement,
    shared: bool = False,
    steady: bool = False,
    value: Value | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """A root query field for whoever meets `right`. A queryset is narrowed to the selection.

    `shared`: whoever has not signed in gets the same answer as all others, until the operator
    changes what they show (kernel.showcase), or the clock was read for it. `steady`: the same
    caller with the same arguments always gets the same queryset, whatever its rows have become.
    `value`: what the resolver says, for an operation that is told as a whole (schema.lowering).
    """

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry_django.field(
            resolver=guarded(resolver, right, is_read=True),
            description=cleandoc(resolver.__doc__ or ""),
            metadata={
                RIGHT_KEY: right,
                SHARED_KEY: shared,
                STEADY_KEY: steady or shared,
                VALUE_KEY: value,
            },
        )

    return declare


def connection(
    edges: Any, *, right: Requirement, shared: bool = False, steady: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """A root Relay connection; its resolver returns a queryset scoped to the caller."""

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry_django.connection(
            edges,
            resolver=guarded(resolver, right, is_read=True),
            description=cleandoc(resolver.__doc__ or ""),
            metadata={RIGHT_KEY: right, SHARED_KEY: shared, STEADY_KEY: steady or shared},
        )

    return declare


def mutation(
    *,
    right: Requirement,
    refusals: Sequence[type[Refusal]] = (),
    while_read_only: bool = False,
) -> Callable[[Callable[..., Any]], Any]:
    """A mutation for whoever meets `right`; `while_read_only` when even a past-due tenant has it.

    Its return annotation is the success type; `refusals` are what its service may raise beside
    `COMMON_REFUSALS`. One that it raises and did not declare is a bug, and masked as one.
    """
    declared = tuple(dict.fromkeys((*refusals, *COMMON_REFUSALS)))

    def declare(resolver: Callable[..., Any]) -> Any:
        title = "".join(part.capitalize() for part in resolver.__name__.split("_"))
        name, action = f"{title}Result", title[0].lower() + title[1:]
        success = get_type_hints(resolver, include_extras=True)["return"]

        @wraps(resolver)
        def answer(*args: Any, **kwargs: Any) -> Any:
            context: Context = kwargs["info"].context
            check_writable(context, while_read_only=while_read_only)
            impersonation_recorded(context, action=action, input=kwargs.get("input"))
            try:
                return resolver(*args, **kwargs)
            except declared as refusal:
                return error_of(
                    refusal, language=context.language, fallback=context.fallback_language
                )

        # Strawberry would look through the wrappers and find the success type alone.
        its = signature(resolver)
        answer.__signature__ = its.replace(  # type: ignore[attr-defined]
            parameters=[
                each.replace(annotation=Annotated[each.annotation, INPUT])
                if each.name == "input"
                else each
                for each in its.parameters.values()
            ],
            return_annotation=result_union(name, success, declared, resolver),
        )
        return strawberry.mutation(
            resolver=guarded(answer, right, is_read=False),
            description=cleandoc(resolver.__doc__ or ""),
            metadata={RIGHT_KEY: right, WHILE_READ_ONLY: while_read_only},
        )

    return declare
