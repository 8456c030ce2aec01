"""Every address the servers answer."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from schema.http.view import Endpoint
from schema.root import schema

urlpatterns = [
    path("graphql", csrf_exempt(Endpoint.as_view(schema=schema))),
]
