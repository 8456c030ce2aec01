"""Structured logs: one JSON object a line, with tenant and request id, never personal data."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Any, Final, cast

import orjson
import structlog
from django.http import HttpRequest, HttpResponse
from opentelemetry.context import Context
from opentelemetry.propagate import extract

from config.log_lines import GatheredLines
from kernel.ids import new_id
from kernel.telemetry import FAILED, OK, REFUSED, measured

log = structlog.get_logger("http")

STDERR: Final = 2


def configure(logging_settings: dict[str, str]) -> None:
    """Set up structlog and the standard library's logging alike (Django's LOGGING_CONFIG)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = structlog.processors.JSONRenderer()
    written: Any = structlog.processors.JSONRenderer(serializer=orjson.dumps)
    factory: Any = structlog.BytesLoggerFactory(file=cast(Any, GatheredLines(STDERR)))
    if logging_settings["format"] == "console":
        renderer = written = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        factory = structlog.PrintLoggerFactory(file=sys.stderr)
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, written],
        wrapper_class=structlog.make_filtering_bound_logger(logging_settings["level"]),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging_settings["level"])
    # Its warnings say again, with the whole path, what our line of the request says.
    logging.getLogger("django.request").setLevel(logging.ERROR)


class RequestLogMiddleware:
    """One line a request, and a request id that the answer carries in `X-Request-Id`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(new_id())
        started = time.perf_counter()
        bound = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            with measured("request", name="none", label="none", parent=_parent(request)) as work:
                response = self.get_response(request)
                # The route, not the path: the link of a file is as good as the file.
                route = request.resolver_match.route if request.resolver_match else None
                work.name = route or "none"
                work.label = getattr(request, "scope_label", "none")
                work.outcome = _outcome(response.status_code)
                log.info(
                    "request",
                    method=request.method,
                    route=route,
                    status=response.status_code,
                    ms=round((time.perf_counter() - started) * 1000, 1),
                )
        finally:
            structlog.contextvars.reset_contextvars(**bound)
            structlog.contextvars.unbind_contextvars("scope")
        response["X-Request-Id"] = request_id
        return response


def _parent(request: HttpRequest) -> Context | None:
    """The trace that the request is a part of, by its `traceparent`."""
    return extract(request.headers) if "HTTP_TRACEPARENT" in request.META else None


def _outcome(status: int) -> str:
    if status >= 500:
        return FAILED
    return REFUSED if status >= 400 else OK
