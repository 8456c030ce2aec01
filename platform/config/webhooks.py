"""Where payment providers tell us what has happened: on the platform's host, signed."""

from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from billing import gateway
from billing.inbox import notice_take
from billing.provider import NotSigned
from kernel import clock
from kernel.tenancy import PlatformScope, current_scope

MAX_BYTES: Final = 500_000
"""Stripe's largest events, invoices with many lines, have a tenth of it."""

log = structlog.get_logger(__name__)


@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Take a signed event: 200 once it is written down, new or not; 400 and nothing otherwise."""
    if not isinstance(current_scope(), PlatformScope):
        return _answer(404)
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return _answer(413)
    try:
        notice = gateway.notice_of(body, request.headers.get("Stripe-Signature", ""))
    except NotSigned as error:
        log.warning("a webhook was refused", error=str(error))
        return _answer(400)
    is_new = notice_take(notice, at=clock.now())
    log.info("a webhook was taken", event_id=notice.event_id, kind=notice.kind, is_new=is_new)
    return _answer(200)


def _answer(status: int) -> HttpResponse:
    return JsonResponse({"taken": status == 200}, status=status)
