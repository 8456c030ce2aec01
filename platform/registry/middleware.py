"""Binds each HTTP request to the scope that its Host header names."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from kernel.tenancy import PLATFORM, PlatformScope, Scope, platform_scope, tenant_scope
from kernel.tenancy.unavailable import (
    RETRY_AFTER_SECONDS,
    is_too_slow,
    is_unanswered,
    unanswered_error,
)
from registry.host_names import host_asked
from registry.redirects import redirect_to_primary
from registry.resolver import resolver

log = structlog.get_logger(__name__)


def host_scope(raw_host: str) -> Scope | None:
    """The scope for a Host header: a tenant in any state, the platform, or None when unknown."""
    host = host_asked(raw_host)
    if host == settings.PLATFORM_HOST:
        return PLATFORM
    return resolver.by_host(host) if host else None


class ScopeMiddleware:
    """Unknown host: 404 that names nothing. Suspended tenant: 403. Otherwise the scope is bound.

    A tenant whose database server does not answer: 503, to come back in a moment. A question to it
    that takes too long: 504.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._respond(request)
        except OperationalError as error:  # in finding out whose host it is
            if not is_unanswered(error):
                raise
            return unavailable_answer(error)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What the view raised, if it means that a database server gave no answer."""
        return unavailable_answer(exception) if is_unanswered(exception) else None

    def _respond(self, request: HttpRequest) -> HttpResponse:
        if request.path in settings.UNSCOPED_PATHS:
            return self.get_response(request)
        scope = host_scope(request.META.get("HTTP_HOST", ""))
        if scope is None:
            return _refuse(404, "NOT_FOUND", "Not found.")
        structlog.contextvars.bind_contextvars(scope=scope.label)
        request.scope_label = scope.label  # type: ignore[attr-defined]
        if isinstance(scope, PlatformScope):
            with platform_scope():
                return self.get_response(request)
        if not scope.state.served:
            return _refuse(403, "TENANT_SUSPENDED", "This service is paused by its operator.")
        with tenant_scope(scope):
            return redirect_to_primary(request, scope) or self.get_response(request)


def unavailable_answer(error: Exception) -> JsonResponse:
    """What is said where a database server is away, as `error` has it: come back in a moment.

    Or where a statement took too long: not to ask the same again.
    """
    body = {"errors": [unanswered_error(error)]}
    if is_too_slow(error):
        log.warning("a statement took too long")
        return JsonResponse(body, status=504)
    log.warning("a database server is away", error=type(error).__name__, says=str(error))
    return JsonResponse(body, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _refuse(status: int, code: str, message: str) -> JsonResponse:
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return JsonResponse(body, status=status)
