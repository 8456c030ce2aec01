"""The figures of this process, or of all that share PROMETHEUS_MULTIPROC_DIR, for Prometheus."""

import os
from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What has been counted, for whoever knows METRICS_TOKEN; 404 to all others."""
    expected, said = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if not expected or not compare_digest(said.encode(), f"Bearer {expected}".encode()):
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared
