"""The HTTP endpoint: `/graphql` on every host, as the GraphQL-over-HTTP specification says."""

from functools import lru_cache
from typing import Any, Final

import strawberry
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from graphql import OperationType

from kernel.tenancy.unavailable import RETRY_AFTER_SECONDS
from schema.core.execution import Answer, OperationNotAllowed, execute_request
from schema.http.again import answered_again, asked_of, keep
from schema.http.context import context_of
from schema.http.graphiql import graphiql_page
from schema.http.kept import Place, kept_here, place_of
from schema.http.multipart import read_multipart
from schema.http.request import BadRequest, Parameters, read_body, read_get, read_json
from schema.live.execution import Request
from schema.live.sse import EVENT_STREAM, event_stream_response

# The legacy type comes first: it is what a client gets that does not say what it wants.
JSON: Final = "application/json; charset=utf-8"
RESPONSE_JSON: Final = "application/graphql-response+json; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"

_STATUS_OF_DENIED: Final = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "WRONG_HOST": 403,
    "TENANT_READ_ONLY": 403,
    "TENANT_MOVING": 503,
}
_ALLOWED: Final = {
    "GET": (OperationType.QUERY,),
    "POST": (OperationType.QUERY, OperationType.MUTATION),
}


class Endpoint:
    """A Django view of a schema: sync, one operation a request."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self._schema = schema

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request of any shape: the page, the operation's answer, or what is wrong."""
        try:
            body = read_body(request) if _is_json(request) else b""
            place = place_of(request, body) if body or request.method == "GET" else None
            kept = kept_here.get(place) if place else None
            if kept is None:
                return self._answer(request, body, place)
        except BadRequest as error:
            answer = Answer(errors=[_bad_request(error.message)])
            proper = RESPONSE_JSON if _media_type(request) == RESPONSE_JSON else JSON
            return _respond(answer, proper, error.status, error.headers)
        return kept.response(request)

    def _answer(self, request: HttpRequest, body: bytes, place: Place | None) -> HttpResponseBase:
        media_type = _media_type(request)
        if media_type is None:
            raise BadRequest(f"This answers {' or '.join(_offered(request.method))}.", status=406)
        if media_type == HTML:
            return graphiql_page(request)
        asked = asked_of(request, body) if media_type in (JSON, RESPONSE_JSON) else None
        again = asked and answered_again(request, asked, kept_elsewhere=place is not None)
        if again:
            return _respond(again, media_type, 200)
        parameters = _read(request, body)
        if media_type == EVENT_STREAM:
            return _stream(request, parameters)
        answer = self._run(request, parameters)
        if asked:
            keep(asked, answer)
        if place and answer.is_shared:
            is_public = request.method == "GET" and parameters.document_id is not None
            kept = kept_here.put(place, answer, content_type=media_type, is_public=is_public)
            return kept.response(request)
        return _respond(answer, media_type, _status(answer, media_type))

    def _run(self, request: HttpRequest, parameters: Parameters) -> Answer:
        assert request.method is not None
        try:
            return execute_request(
                self._schema,
                document=parameters.query,
                document_id=parameters.document_id,
                variables=parameters.variables,
                operation_name=parameters.operation_name,
                context=context_of(request),
                allowed_operations=_ALLOWED[request.method],
            )
        except OperationNotAllowed as error:
            if error.operation is OperationType.MUTATION:
                raise BadRequest("A mutation needs POST.", status=405, Allow="POST") from error
            raise BadRequest("Subscribe by a websocket or an event stream.") from error


def _stream(request: HttpRequest, parameters: Parameters) -> HttpResponseBase:
    wanted = Request(
        document=parameters.query,
        document_id=parameters.document_id,
        variables=parameters.variables or {},
        operation_name=parameters.operation_name,
    )
    return event_stream_response(request, context_of(request), wanted)


def _offered(method: str | None) -> tuple[str, ...]:
    return (JSON, RESPONSE_JSON, HTML if method == "GET" else EVENT_STREAM)


def _media_type(request: HttpRequest) -> str | None:
    return _preferred(request.META.get("HTTP_ACCEPT", "*/*"), _offered(request.method))


@lru_cache(maxsize=500)
def _preferred(accept: str, offered: tuple[str, ...]) -> str | None:
    """Clients have a handful of headers between them, and to weigh one takes a while."""
    asking = HttpRequest()
    asking.META["HTTP_ACCEPT"] = accept
    return asking.get_preferred_type(offered)


def _is_json(request: HttpRequest) -> bool:
    return request.method == "POST" and request.content_type == "application/json"


def _read(request: HttpRequest, body: bytes) -> Parameters:
    if request.method not in _ALLOWED:
        raise BadRequest("Use GET or POST.", status=405, Allow="GET, POST")
    charset = str((request.content_params or {}).get("charset", "utf-8"))
    if charset.lower() not in ("utf-8", "utf8"):
        raise BadRequest("Send UTF-8.", status=415)
    if request.method == "GET":
        return read_get(request)
    if _is_json(request):
        return read_json(body)
    if request.content_type == "multipart/form-data":
        return read_multipart(request)
    raise BadRequest("Send application/json or multipart/form-data.", status=415)


def _status(answer: Answer, media_type: str) -> int:
    """The legacy type says 200 to all that is well-formed; the proper one tells the truth."""
    if answer.executed or media_type == JSON:
        return 200
    return _STATUS_OF_DENIED.get(answer.denied or "", 400)


def _bad_request(message: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": "BAD_REQUEST"}}


def _respond(
    answer: Answer, media_type: str, status: int, headers: dict[str, str] | None = None
) -> HttpResponse:
    response = HttpResponse(answer.json(), content_type=media_type, status=status, headers=headers)
    response["Cache-Control"] = "private, no-store"
    response["Vary"] = "Accept, Accept-Language, Authorization"
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
