"""Addresses beside the API: whether this process is well, and files by their signed links."""

from collections.abc import Callable
from functools import cache

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from kernel import clock
from kernel.files import MP4, WEBP, open_signed
from kernel.refusals import NotFound
from kernel.tenancy import PlatformScope, current_scope, platform_scope
from registry.erasure import certificate_open
from registry.middleware import host_scope

LAYER_SECONDS = 1.0

log = structlog.get_logger(__name__)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process is up. Asks nobody else."""
    return JsonResponse({"status": "up"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: 200, or 503 naming what is missing, and no more than that."""
    checks = {
        name: _passes(name, check)
        for name, check in (
            ("database", _database),
            ("migrations", _migrations),
            ("layer", layer_works),
        )
    }
    ready = all(checks.values())
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": checks},
        status=200 if ready else 503,
    )


@require_safe
def served(request: HttpRequest) -> HttpResponse:
    """Whether `?domain=` is one of ours: a proxy asks before it gets a certificate for it."""
    known = host_scope(request.GET.get("domain", "")) is not None
    return HttpResponse(status=200 if known else 404)


@require_safe
def signed_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file behind a link; one 404 for every link that does not lead to one here and now."""
    at = clock.now()
    try:
        found = open_signed(token, at)
    except NotFound:
        return not_found()
    response = FileResponse(
        found.file,
        filename=found.name,
        content_type=found.content_type,
        as_attachment=found.content_type not in (WEBP, MP4),
    )
    response["Cache-Control"] = f"private, max-age={int((found.expires - at).total_seconds())}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """The certificate of an erasure, by an owner's link; on the platform's host alone."""
    try:
        if not isinstance(current_scope(), PlatformScope):
            raise NotFound(what="Certificate")
        name, content = certificate_open(token, at=clock.now())
    except NotFound:
        return not_found()
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/json", headers=disposition)


def not_found() -> JsonResponse:
    """One answer for all that is not here, or not for this caller."""
    return JsonResponse(
        {"errors": [{"message": "Not found.", "extensions": {"code": "NOT_FOUND"}}]}, status=404
    )


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:
        log.warning("not ready", check=name, error=type(error).__qualname__)
        return False


def _database() -> bool:
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    """The platform's schema has every migration that this code has."""
    with platform_scope():
        return _known_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def layer_works() -> bool:
    """The channel layer answers. Raises the client's error when it does not."""
    if not settings.REDIS_URL:
        return True  # hints stay in this process
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=LAYER_SECONDS, socket_connect_timeout=LAYER_SECONDS
    ) as client:
        return bool(client.ping())
