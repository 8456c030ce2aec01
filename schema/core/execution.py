"""One way to run a document, for HTTP and for sockets: parse, check, execute, mask.

Parsing and validation depend on the text alone, so both are remembered. Execution is sync, and is
called from the request's thread or, by a socket, from one that `in_tenant` lends.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, Final

import orjson
import strawberry
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from graphql.execution.execute import assume_not_async_iterable, assume_not_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Executor
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from kernel import clock
from kernel.refusals import AccessDenied, Refusal
from kernel.telemetry import FAILED, REFUSED, measured
from kernel.tenancy import TenantRef, current_scope
from kernel.tenancy.unavailable import is_unanswered
from registry.showcases import showcases
from schema.core.context import Context
from schema.core.documents import Kind, document_of
from schema.core.errors import (
    BAD_USER_INPUT,
    INTERNAL,
    cause_of,
    execution_error,
    refusal_error,
    request_errors,
)
from schema.core.figures import figures_of
from schema.core.limits import (
    MAX_CHARACTERS,
    MAX_COMMENTS,
    MAX_ERRORS,
    MAX_TOKENS,
    DepthLimitRule,
    RootFieldsLimitRule,
)
from schema.core.optimizer import optimizing
from schema.core.pages import Page, page_errors, pages_of
from schema.core.shared import shared_of
from schema.lowering.answer import Lowered, as_fragment
from schema.lowering.executor import LoweringExecutor
from schema.lowering.whole import TYPENAME, Whole

REMEMBERED: Final = 200
"""Documents kept parsed and validated; the largest takes about 1.2 MB."""

_RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
_LIMITED_RULES = (*_RULES, DepthLimitRule, RootFieldsLimitRule)
_SIZES: Final[dict[str, Any]] = {
    "max_lexical_tokens": MAX_TOKENS,
    "max_comments": MAX_COMMENTS,
    "max_source_length": MAX_CHARACTERS,
}
_NUL = re.compile(r"\\u(0000|\{0+\})")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may run, or the `errors` for which it may not; `code` is theirs."""

    document: DocumentNode | None = None
    shared: frozenset[str | None] = frozenset()
    """The names of its operations whose root fields are all shared."""
    pages: tuple[Page, ...] = ()
    errors: tuple[GraphQLError, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request came to. Without `executed` it was refused before any field ran.

    `denied` is the code of the missing right for which nothing at all was answered; `extensions`
    is what is told beside the data; `is_shared` says that whoever has not signed in gets the same.
    """

    data: dict[str, Any] | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    executed: bool = False
    denied: str | None = None
    extensions: dict[str, Any] = field(default_factory=dict)
    is_shared: bool = False
    whole: Whole | None = None
    """What it takes to answer the same request of the same caller again, where that can be done."""

    def body(self) -> dict[str, Any]:
        """The GraphQL response: `errors` first, `data` only when execution began."""
        body: dict[str, Any] = {"errors": self.errors} if self.errors else {}
        if self.executed:
            body["data"] = self.data
        return {**body, "extensions": self.extensions} if self.extensions else body

    def json(self) -> bytes:
        """The same as JSON."""
        try:
            return orjson.dumps(self.body(), default=as_fragment)
        except TypeError:  # a JSON scalar holds an integer beyond 64 bits, or a Decimal
            return json.dumps(self.body(), cls=_Encoder).encode()


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return o.value() if isinstance(o, Lowered) else super().default(o)


class OperationNotAllowed(Exception):
    """The document's operation is not of a kind that this transport runs."""

    def __init__(self, operation: OperationType) -> None:
        super().__init__(operation.value)
        self.operation = operation


@lru_cache(maxsize=REMEMBERED)
def prepare(schema: strawberry.Schema, text: str) -> Prepared:
    """Parse and validate a document of anybody's."""
    return _prepare(schema, text, is_trusted=False)


@cache
def prepare_trusted(schema: strawberry.Schema, text: str) -> Prepared:
    """Parse and validate a document of the manifest: as large as it is, and kept for good."""
    return _prepare(schema, text, is_trusted=True)


def _prepare(schema: strawberry.Schema, text: str, *, is_trusted: bool) -> Prepared:
    try:
        document = parse(text, **({} if is_trusted else _SIZES))
    except GraphQLError as error:
        return Prepared(errors=(error,), code="GRAPHQL_PARSE_FAILED")
    if _NUL.search(text):
        return Prepared(errors=(GraphQLError("No NUL in strings, please."),), code=BAD_USER_INPUT)
    rules = _RULES if is_trusted else _LIMITED_RULES
    errors = validate(schema._schema, document, rules, max_errors=MAX_ERRORS)
    if errors:
        return Prepared(errors=tuple(errors), code="GRAPHQL_VALIDATION_FAILED")
    return Prepared(
        document=document,
        shared=shared_of(schema._schema, document),
        pages=pages_of(schema._schema, document),
    )


def execute_request(
    schema: strawberry.Schema,
    *,
    document: str,
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    context: Context,
    allowed_operations: Collection[OperationType],
    document_id: str | None = None,
) -> Answer:
    """Run one operation of `document`, or of the one that `document_id` names, under the bound
    scope; never raises for what a caller sent.

    But for `OperationNotAllowed`, which each transport answers in its own way, as it does errors
    of a database server that is away.
    """
    with clock.watched() as watch:
        executor = build_executor(
            schema,
            document=document,
            variables=variables,
            operation_name=operation_name,
            context=context,
            allowed_operations=allowed_operations,
            document_id=document_id,
        )
        answer = executor if isinstance(executor, Answer) else execute(executor, context)
    is_whole = answer.executed and not answer.errors
    is_shared = is_whole and context.token is None and context.asks_for_shared and not watch.read
    return replace(answer, is_shared=True) if is_shared else answer


def build_executor(
    schema: strawberry.Schema,
    *,
    document: str,
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    context: Context,
    allowed_operations: Collection[OperationType],
    document_id: str | None = None,
    root_value: Any = None,
) -> Executor | Answer:
    """Everything before execution: ready to run, or the answer that refuses the request.

    Raises `OperationNotAllowed`.
    """
    try:
        asked = document_of(text=document, document_id=document_id, context=context)
    except Refusal as refusal:
        return Answer(errors=[refusal_error(refusal, context.language)])
    context.is_trusted = is_trusted = asked.kind is Kind.TRUSTED
    prepared = (prepare_trusted if is_trusted else prepare)(schema, asked.text)
    if prepared.document is None:
        return Answer(errors=request_errors(prepared.errors, prepared.code))
    operation = get_operation_ast(prepared.document, operation_name)
    if operation is None:
        error = GraphQLError("Must name one of the document's operations.")
        return Answer(errors=request_errors([error], BAD_USER_INPUT))
    if operation.operation not in allowed_operations:
        raise OperationNotAllowed(operation.operation)
    context.asks_for_shared = (operation.name and operation.name.value) in prepared.shared
    executor = (LoweringExecutor if settings.LOWERING else Executor).build(
        schema._schema,
        prepared.document,
        root_value=root_value,
        context_value=context,
        raw_variable_values=dict(variables or {}),
        operation_name=operation_name,
        max_coercion_errors=MAX_ERRORS,
        is_awaitable=assume_not_awaitable,
        is_async_iterable=assume_not_async_iterable,
        hide_suggestions=not settings.FREE_DOCUMENTS,
    )
    if isinstance(executor, list):
        return Answer(errors=request_errors(executor, BAD_USER_INPUT))
    assert isinstance(executor, Executor)
    if errors := page_errors(prepared.pages, operation, executor.variable_values.coerced):
        return Answer(errors=request_errors(errors, BAD_USER_INPUT))
    if asked.is_bounded:
        variable_values = executor.variable_values.coerced
        figures = figures_of(schema._schema, prepared.document, operation, variable_values)
        context.extensions["cost"] = figures.told()
        if beyond := figures.beyond():
            error = GraphQLError(f"The document asks for too much: {', '.join(beyond)}.")
            return Answer(
                errors=request_errors([error], "DOCUMENT_TOO_LARGE"), extensions=context.extensions
            )
    return executor


def execute(executor: Executor, context: Context) -> Answer:
    """Run what `build_executor` made, with its errors as the API answers them.

    Raises what `kernel.tenancy.unavailable.is_unanswered` knows.
    """
    kind = executor.operation.operation
    with measured(kind.value, name=_root_field(executor), label=current_scope().label) as work:
        with optimizing():
            result = executor.execute_operation()
        assert isinstance(result, ExecutionResult)
        for error in result.errors or ():
            if is_unanswered(cause := cause_of(error)):
                raise cause  # no answer at all: the transport says when to ask again
        errors = [execution_error(error, context, kind) for error in result.errors or ()]
        if kind is OperationType.MUTATION:
            _announce(context)
        if errors:
            masked = any(error["extensions"]["code"] == INTERNAL for error in errors)
            work.outcome = FAILED if masked else REFUSED
    if result.data is None and result.errors:
        cause = cause_of(result.errors[0])
        if isinstance(cause, AccessDenied):
            # Not permitted at all: a request error, which has no data entry.
            return Answer(errors=errors, denied=cause.code, extensions=context.extensions)
    whole = None
    if isinstance(executor, LoweringExecutor) and context.is_trusted and not errors:
        whole = executor.whole(result.data)
    return Answer(
        data=result.data, errors=errors, executed=True, extensions=context.extensions, whole=whole
    )


def _announce(context: Context) -> None:
    """What staff has written may be shown: to whoever asks this process next, as it is now."""
    scope, actor = current_scope(), vars(context).get("actor")
    if isinstance(scope, TenantRef) and actor is not None and actor.is_staff:
        showcases.changed(scope)


def _root_field(executor: Executor) -> str:
    """The first of the operation's fields: it names the work, and the schema bounds the names."""
    for selection in executor.operation.selection_set.selections:
        if isinstance(selection, FieldNode) and selection.name.value != TYPENAME:
            return selection.name.value
    return "fragment"
