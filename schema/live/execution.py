"""Running what a socket or an event stream asks for, by the same rules as over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import ExecutionResult, OperationType, create_source_event_stream
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Executor

from kernel.refusals import Refusal
from schema.core.context import Context
from schema.core.errors import execution_error, refusal_error
from schema.core.execution import Answer, build_executor, execute
from schema.live.topics import Asked


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL request, its types checked and nothing more."""

    document: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    document_id: str | None = None


def begin(request: Request, context: Context) -> Answer | Asked:
    """Run a query or mutation to its answer, or find out what a subscription is to follow.

    Sync, under the bound scope. Never raises for what a caller sent.
    """
    executor = _executor(request, context)
    if isinstance(executor, Answer):
        return executor
    kind = executor.operation.operation
    if kind is not OperationType.SUBSCRIPTION:
        return execute(executor, context)
    found = create_source_event_stream(executor)
    if isinstance(found, Asked):
        return found
    assert isinstance(found, ExecutionResult)
    return Answer(errors=[execution_error(error, context, kind) for error in found.errors or ()])


def render(request: Request, context: Context, event: Any) -> str:
    """The JSON text of a subscription's answer for one `event`. Sync, under the bound scope.

    An executor is built for each: one kept for the whole subscription would keep, in
    graphql-core 3.3, 4 KB of every event that it ever executed.
    """
    executor = _executor(request, context, event)
    answer = executor if isinstance(executor, Answer) else execute(executor, context)
    return orjson.dumps(answer.body()).decode()


def refused(refusal: Refusal, language: str) -> list[dict[str, Any]]:
    """The errors that answer a subscription which was refused on its way."""
    return [refusal_error(refusal, language)]


def _executor(request: Request, context: Context, event: Any = None) -> Executor | Answer:
    from schema.root import schema  # which is composed of, among others, the subscriptions

    return build_executor(
        schema,
        document=request.document,
        document_id=request.document_id,
        variables=request.variables,
        operation_name=request.operation_name,
        context=context,
        allowed_operations=OperationType,
        root_value=event,
    )
