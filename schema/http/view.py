"""The HTTP endpoint."""

from django.http import HttpRequest, HttpResponse
from strawberry.django.views import GraphQLView

from schema.core.context import Context


class Endpoint(GraphQLView[Context, None]):
    """`/graphql` on every host."""

    def get_context(self, request: HttpRequest, response: HttpResponse) -> Context:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return Context(
            token=token if scheme.lower() == "bearer" else None,
            accept_language=request.headers.get("Accept-Language", ""),
            request=request,
        )
