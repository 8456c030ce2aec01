"""Browsers at a tenant's second hosts go on to its primary one; programs are answered at each."""

from typing import Final

from django.http import HttpRequest, HttpResponse

from kernel.tenancy import TenantRef
from registry.host_names import host_asked
from registry.hosts import origin
from registry.resolver import resolver

ANSWERED_EVERYWHERE: Final = ("/graphql/", "/graphiql/", "/files/", "/.well-known/")
"""The folders of what is no page: programs know it by any of a tenant's hosts."""


def redirect_to_primary(request: HttpRequest, tenant: TenantRef) -> HttpResponse | None:
    """308 with the same path and query, if a browser asks for a page at a host that redirects."""
    if (
        request.method not in ("GET", "HEAD")
        or "text/html" not in request.headers.get("Accept", "")
        or f"{request.path}/".startswith(ANSWERED_EVERYWHERE)
        or not resolver.redirects(host_asked(request.META.get("HTTP_HOST", "")))
    ):
        return None
    response = HttpResponse(status=308)
    response["Location"] = origin(resolver.primary_host(tenant)) + request.get_full_path()
    # A browser would keep it for ever, and go in circles once two hosts have changed places.
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept"
    return response
