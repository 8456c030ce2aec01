"""Errors as the API answers them: what a caller may know, and nothing else.

A missing right and a refusal in a query keep their code; what the caller got wrong stays readable;
anything else is a bug, masked behind an id under which it is logged, without its message: that may
quote personal data.
"""

import traceback
from collections.abc import Iterable
from typing import Any, Final

import structlog
from django.db import DatabaseError
from graphql import GraphQLError, OperationType
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.utils.str_converters import to_camel_case

from kernel.ids import new_id
from kernel.refusals import AccessDenied, Refusal
from kernel.tenancy import current_scope
from kernel.tenancy.unavailable import RETRY_AFTER_SECONDS
from kernel.texts import text_in
from registry.fleet.freeze import tenant_is_away
from schema.core.context import Context
from schema.core.messages import MESSAGES, message_of
from schema.core.reasons import facts_in
from schema.core.results import error_of

BAD_USER_INPUT: Final = "BAD_USER_INPUT"
INTERNAL: Final = "INTERNAL"
NOT_FOUND: Final = "NOT_FOUND"
TENANT_MOVING: Final = "TENANT_MOVING"

DENIED: Final = {
    "UNAUTHENTICATED": {"en": "Please sign in.", "zh-Hans": "请先登录。"},
    "FORBIDDEN": {"en": "You may not do this.", "zh-Hans": "您没有权限执行此操作。"},
    "WRONG_HOST": {"en": "This is not offered on this host.", "zh-Hans": "此域名不提供该功能。"},
    "TENANT_READ_ONLY": {
        "en": "Nothing can be changed here at present.",
        "zh-Hans": "当前仅可查看，暂不能更改。",
    },
    TENANT_MOVING: {
        "en": "Nothing can be changed for a moment. Please try again.",
        "zh-Hans": "暂时无法更改，请稍后重试。",
    },
}
"""What a missing right is told, by the code that stops the request."""

log = structlog.get_logger(__name__)


def request_errors(errors: Iterable[GraphQLError], code: str) -> list[dict[str, Any]]:
    """Errors found before execution: the document's or the variables', readable as they are."""
    return [
        _body(error, error.message, {"code": code, **(error.extensions or {})}) for error in errors
    ]


def execution_error(
    error: GraphQLError, context: Context, operation: OperationType
) -> dict[str, Any]:
    """One error of a field. Logs it when it is a bug."""
    cause = cause_of(error)
    if isinstance(cause, DatabaseError) and tenant_is_away(current_scope()):
        cause = AccessDenied(TENANT_MOVING)  # it was frozen, or moved, under a request on its way
    if isinstance(cause, AccessDenied):
        message = text_in(DENIED[cause.code], context.language, "en")
        again = {"retryAfterSeconds": RETRY_AFTER_SECONDS} if cause.code == TENANT_MOVING else {}
        return _body(error, message, {"code": cause.code, **again})
    # A mutation answers its refusals in its union; one that comes here was not declared.
    said_in_errors = operation is not OperationType.MUTATION
    if isinstance(cause, Refusal) and cause.code in MESSAGES and said_in_errors:
        said = error_of(cause, language=context.language, fallback=context.fallback_language)
        return _body(error, said.message, {"code": cause.code})
    if isinstance(cause, GraphQLError) and _is_the_callers(cause):
        return _body(error, error.message, {"code": BAD_USER_INPUT, **(cause.extensions or {})})
    error_id = bug_log(cause, path=error.path)
    return _body(error, "Internal error", {"code": INTERNAL, "id": error_id})


def refusal_error(refusal: Refusal, language: str) -> dict[str, Any]:
    """A refusal that stops a request before any of its fields, with its facts by their names."""
    data = facts_in(language, refusal.data())
    facts = {to_camel_case(name): value for name, value in data.items()}
    extensions = {"code": refusal.code, **facts}
    return {"message": message_of(refusal, data, language), "extensions": extensions}


def bug_log(bug: Exception, **facts: Any) -> str:
    """Log a bug without its message, which may quote personal data; the id it is logged under."""
    error_id = str(new_id())
    log.error(
        "internal error",
        id=error_id,
        error=f"{type(bug).__module__}.{type(bug).__qualname__}",
        where=[
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(bug.__traceback__)
        ],
        **facts,
    )
    return error_id


def cause_of(error: GraphQLError) -> Exception:
    """The exception at the bottom of an error; the error itself where there is none."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_the_callers(cause: GraphQLError) -> bool:
    """An argument that did not fit (it names its place), or an error that has its code."""
    if isinstance(cause, StrawberryInputCoercionError):
        return True
    return bool(cause.nodes) or "code" in (cause.extensions or {})


def _body(error: GraphQLError, message: str, extensions: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"message": message}
    if error.locations:
        body["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        body["path"] = error.path
    return {**body, "extensions": extensions}
