"""The figures of this process, for Prometheus."""

from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What this process has counted, for whoever knows METRICS_TOKEN; 404 to all others."""
    expected, said = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if not expected or not compare_digest(said.encode(), f"Bearer {expected}".encode()):
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
