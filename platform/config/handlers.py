"""Django's handlers, with one hole closed, and what is whole sent in one piece.

A Content-Type that cannot be parsed Django refuses while it makes the request, before any of its
own error handling, so the server would answer 500. Here such a request has no content type, and
the view refuses it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import django
from django.apps import apps
from django.core.exceptions import BadRequest
from django.core.handlers import asgi, wsgi
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from wsgiref.types import StartResponse


class _AnyContentType(HttpRequest):
    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except BadRequest:
            self.content_type, self.content_params = "", {}


class _WSGIRequest(_AnyContentType, wsgi.WSGIRequest):
    pass


class _ASGIRequest(_AnyContentType, asgi.ASGIRequest):
    pass


class WSGIHandler(wsgi.WSGIHandler):
    """Django as a WSGI application."""

    request_class = _WSGIRequest

    def __init__(self) -> None:
        if not apps.ready:  # to set up again would give the loggers another configuration
            django.setup(set_prefix=False)
        super().__init__()

    def __call__(  # type: ignore[override]
        self, environ: dict[str, Any], start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The response. One that is whole is a list, which servers send in one piece."""
        response = super().__call__(environ, start_response)
        if not isinstance(response, HttpResponse):
            return response
        response.close()
        return [response.content]


class ASGIHandler(asgi.ASGIHandler):
    """Django as an ASGI application."""

    request_class = _ASGIRequest

    def __init__(self) -> None:
        if not apps.ready:  # to set up again would give the loggers another configuration
            django.setup(set_prefix=False)
        super().__init__()
