"""What becomes of an operation: which root fields are lowered, why others are not, the SQL, its
plan and its cost.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import sqlparse
import strawberry
from django.db import connection
from graphql import ExecutionResult, GraphQLError, OperationType, parse, specified_rules, validate

from schema.core.context import Context
from schema.core.optimizer import optimizing
from schema.lowering.executor import LoweringExecutor
from tenants.access.actors import Actor
from tenants.access.models import Grant, Role
from tenants.access.rights import Right

STRANGER: Final = "stranger"


class CannotExplain(Exception):
    """The document does not run, or there is nobody to run it as."""


def explained(
    schema: strawberry.Schema, document: str, variables: Mapping[str, Any], *, role: str
) -> Iterator[str]:
    """Lines about the one operation of `document`, asked by somebody with `role`, in this scope.

    Raises `CannotExplain`.
    """
    core = schema._schema
    try:
        parsed = parse(document)
    except GraphQLError as error:
        raise CannotExplain(error.message) from error
    if errors := validate(core, parsed, specified_rules):
        raise CannotExplain(errors[0].message)
    executor = LoweringExecutor.build(
        core, parsed, context_value=context_of(role), raw_variable_values=dict(variables)
    )
    if isinstance(executor, list):
        raise CannotExplain(executor[0].message)
    assert isinstance(executor, LoweringExecutor)
    if executor.operation.operation is not OperationType.QUERY:
        raise CannotExplain("only queries are lowered")
    with optimizing():
        result = executor.execute_operation()
    assert isinstance(result, ExecutionResult)
    for name, reason in executor.decisions.items():
        yield f"{name}: {'lowered' if reason is None else f'left to graphql-core: {reason}'}"
    for wrong in result.errors or ():
        yield f"error: {wrong.message}"
    for sql, values in executor.asking.queries:
        yield ""
        yield sqlparse.format(sql, reindent=True)
        yield f"-- {list(values)}"
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", values)
            for (line,) in cursor.fetchall():
                yield f"-- {line}"


def context_of(role: str) -> Context:
    """A request in English by somebody of this role. Raises `CannotExplain` if nobody holds it."""
    context = Context(token=None, accept_language="en")
    if role != STRANGER:
        grant = Grant.objects.filter(role__key=role).order_by("person_id").first()
        if grant is None:
            roles = ", ".join(Role.objects.order_by("key").values_list("key", flat=True))
            raise CannotExplain(f"nobody is {role}; there are {STRANGER}, {roles}")
        held = Grant.objects.filter(person_id=grant.person_id).values_list(
            "role__rights", flat=True
        )
        rights = frozenset(Right(right) for rights in held for right in rights)
        # In the place of what a token would tell.
        context.__dict__["actor"] = Actor(grant.person_id, UUID(int=0), rights)
    return context
