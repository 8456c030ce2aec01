"""What an HTTP request asks for, or why it asks for nothing: every shape of garbage ends here."""

from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError

MAX_NESTING: Final = 32
"""Levels of lists and objects in variables; ours have about five."""


class BadRequest(Exception):
    """Not a well-formed GraphQL-over-HTTP request. `status` is HTTP's."""

    def __init__(self, message: str, *, status: int = 400, **headers: str) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Parameters:
    """A well-formed request."""

    query: str
    """Its text; empty where `document_id` names it."""
    document_id: str | None
    variables: dict[str, Any] | None
    operation_name: str | None


def read_get(request: HttpRequest) -> Parameters:
    """The parameters of a GET: `query` or `documentId`, `operationName`, `variables` as JSON."""
    try:
        sent: dict[str, Any] = dict(request.GET.items())
    except SuspiciousOperation as error:
        raise BadRequest("Too many parameters.") from error
    for name in ("variables", "extensions"):
        if sent.get(name):
            sent[name] = parse_json(sent[name])
        else:
            sent.pop(name, None)
    return parameters_of(sent)


def read_body(request: HttpRequest) -> bytes:
    """The body of a POST of JSON. Raises `BadRequest` beyond DATA_UPLOAD_MAX_MEMORY_SIZE."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        body = request.read(limit + 1)
    except UnreadablePostError as error:
        raise BadRequest("The body could not be read.") from error
    if len(body) > limit:
        raise BadRequest(f"The body is larger than {limit} bytes.", status=413)
    return body


def read_json(body: bytes) -> Parameters:
    """The parameters of a POST whose body is JSON."""
    return parameters_of(parse_json(body))


def parse_json(text: str | bytes) -> Any:
    """JSON as RFC 8259 has it: UTF-8, no NaN, no lone surrogates, bounded nesting."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest("This is not JSON.") from error


def parameters_of(sent: Any) -> Parameters:
    """`sent` if it has the shape of a request."""
    if isinstance(sent, list):
        raise BadRequest("Batches are not accepted: send one operation.")
    if not isinstance(sent, dict):
        raise BadRequest("The request must be a JSON object.")
    query, document_id = sent.get("query"), sent.get("documentId")
    if document_id is None and (not isinstance(query, str) or not query):
        raise BadRequest("query must be a string, or documentId must.")
    if document_id is not None and (not isinstance(document_id, str) or not document_id):
        raise BadRequest("documentId must be a string.")
    if document_id is not None and query:
        raise BadRequest("Send query or documentId, not both.")
    variables, extensions = sent.get("variables"), sent.get("extensions")
    if not isinstance(variables, dict | None):
        raise BadRequest("variables must be an object.")
    if not isinstance(extensions, dict | None):
        raise BadRequest("extensions must be an object.")
    operation_name = sent.get("operationName")
    if not isinstance(operation_name, str | None):
        raise BadRequest("operationName must be a string.")
    _check_values(variables)
    return Parameters(
        query=str(query) if document_id is None else "",
        document_id=document_id,
        variables=variables,
        operation_name=operation_name or None,
    )


def _check_values(variables: dict[str, Any] | None) -> None:
    """No text with NUL, which PostgreSQL cannot hold, and no nesting beyond reason."""
    level: list[Any] = [variables]
    for _ in range(MAX_NESTING):
        if not level:
            return
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += (*value, *value.values())
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and "\0" in value:
                raise BadRequest("variables must not contain NUL.")
        level = below
    raise BadRequest(f"variables are nested deeper than {MAX_NESTING} levels.")
