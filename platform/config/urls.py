"""Every address the servers answer."""

from django.urls import path

from config.metrics import metrics
from config.views import healthz, readyz, served, signed_file
from schema.http.graphiql import graphiql_file
from schema.http.view import Endpoint
from schema.root import schema

urlpatterns = [
    path("graphql", Endpoint(schema)),
    path("graphiql/<str:name>", graphiql_file),
    path("files/<str:token>", signed_file),
    path("healthz", healthz),
    path("metrics", metrics),
    path("readyz", readyz),
    path("served", served),
]
