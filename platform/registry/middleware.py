"""Binds each HTTP request to the scope that its Host header names."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port

from kernel.tenancy import PLATFORM, PlatformScope, Scope, platform_scope, tenant_scope
from registry.resolver import resolver


def host_scope(raw_host: str) -> Scope | None:
    """The scope for a Host header: a tenant in any state, the platform, or None when unknown."""
    host, _ = split_domain_port(raw_host.lower())
    host = host.rstrip(".")
    if host == settings.PLATFORM_HOST:
        return PLATFORM
    return resolver.by_host(host) if host else None


class ScopeMiddleware:
    """Unknown host: 404 that names nothing. Suspended tenant: 403. Otherwise the scope is bound."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in settings.UNSCOPED_PATHS:
            return self.get_response(request)
        scope = host_scope(request.META.get("HTTP_HOST", ""))
        if scope is None:
            return _refuse(404, "NOT_FOUND", "Not found.")
        structlog.contextvars.bind_contextvars(scope=scope.label)
        if isinstance(scope, PlatformScope):
            with platform_scope():
                return self.get_response(request)
        if not scope.state.served:
            return _refuse(403, "TENANT_SUSPENDED", "This service is paused by its operator.")
        with tenant_scope(scope):
            return self.get_response(request)


def _refuse(status: int, code: str, message: str) -> JsonResponse:
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return JsonResponse(body, status=status)
