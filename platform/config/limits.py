"""What stands before all other work of a request: its tenant's rate, its calls, and its turn.

In the order of what they cost: a request that is refused here has asked nobody anything. The rate
and the calls are of the plan (`billing.rates`, `billing.calls`), the turn is of this process
(`billing.turns`), for the platform's own host as well.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from billing.calls import api_calls
from billing.rates import RateLimited, rates
from billing.turns import TooManyAtOnce, Turns
from config.metering import flusher
from kernel import clock
from kernel.meters import Meter, PlanLimitReached
from kernel.refusals import Refusal
from kernel.telemetry import limited, tenant_label
from kernel.tenancy import TenantRef
from kernel.tenancy.unavailable import is_unanswered
from registry.middleware import host_scope, unavailable_answer
from schema.core.context import language_asked
from schema.core.errors import refusal_error
from schema.http.context import address_of

API_PATH: Final = "/graphql"
FILE_COST: Final = 0.1
"""What a file or a page takes of the rate: they are cheap, and come by the dozen."""


class LimitsMiddleware:
    """429, with the time to wait, beyond what a tenant may ask of this installation."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._turns = Turns(at_once=settings.REQUESTS_AT_ONCE, of_one=settings.TENANT_THREADS)
        flusher.start()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in settings.UNSCOPED_PATHS:
            return self.get_response(request)
        try:
            scope = host_scope(request.META.get("HTTP_HOST", ""))
        except OperationalError as error:
            if not is_unanswered(error):
                raise
            return unavailable_answer(error)
        label = scope.label if scope else ""
        try:
            if isinstance(scope, TenantRef) and scope.state.served:
                _count(scope, request)
            with self._turns.turn(label):
                return self.get_response(request)
        except (RateLimited, PlanLimitReached) as refusal:
            return _refuse(request, refusal, label)
        except TooManyAtOnce:
            return _too_many(label)


def _count(tenant: TenantRef, request: HttpRequest) -> None:
    """Raises `RateLimited` and `PlanLimitReached`."""
    is_call = request.path == API_PATH
    cost = 1.0 if is_call else FILE_COST
    # An office with a few panels open is one address: who brings a token is not counted by it.
    stranger = "" if "HTTP_AUTHORIZATION" in request.META else address_of(request)
    rates.take(tenant, stranger=stranger, now=time.monotonic(), cost=cost)
    if is_call:
        api_calls.count(tenant, at=clock.now())


def _refuse(request: HttpRequest, refusal: Refusal, label: str) -> HttpResponse:
    limited.labels(tenant_label(label), refusal.code).inc()
    language = language_asked(request.headers.get("Accept-Language", "")) or "en"
    wait = refusal.retry_after if isinstance(refusal, RateLimited) else _seconds_of_month()
    return _answer(refusal_error(refusal, language), wait)


def _too_many(label: str) -> HttpResponse:
    limited.labels(tenant_label(label), "TOO_MANY_AT_ONCE").inc()
    message = "Too many requests at once. Please try again."
    return _answer({"message": message, "extensions": {"code": "TOO_MANY_AT_ONCE"}}, 1)


def _answer(error: dict[str, Any], retry_after: int) -> HttpResponse:
    response = JsonResponse({"errors": [error]}, status=429)
    response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _seconds_of_month() -> int:
    """Until the month's calls start anew."""
    now = clock.now()
    end = Meter.API_CALLS.period_end(now)
    assert end is not None
    return int((end - now).total_seconds()) + 1
