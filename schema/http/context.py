"""Who asks, as a request's headers say it."""

from django.http import HttpRequest

from kernel.addresses import client_address
from schema.core.context import Context


def context_of(request: HttpRequest) -> Context:
    """What resolvers know of this request."""
    return Context(
        token=token_of(request),
        accept_language=request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        request=request,
        address=address_of(request),
    )


def address_of(request: HttpRequest) -> str:
    """From where the request came; '' if nothing is known."""
    meta = request.META
    return client_address(
        peer=meta.get("REMOTE_ADDR") or "", forwarded=meta.get("HTTP_X_FORWARDED_FOR", "")
    )


def token_of(request: HttpRequest) -> str | None:
    """The bearer token, as it came."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return (token.strip() or None) if scheme.lower() == "bearer" else None
