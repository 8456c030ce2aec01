"""Every address the servers answer."""

from django.urls import path

from config.metrics import metrics
from config.status import status_json, status_page
from config.views import certificate, healthz, readyz, served, signed_file
from config.webapps import console, invitation, panel
from config.webhooks import stripe_webhook
from schema.http.graphiql import graphiql_file
from schema.http.view import Endpoint
from schema.root import schema

urlpatterns = [
    path("graphql", Endpoint(schema)),
    path("graphiql/<str:name>", graphiql_file),
    path("files/<str:token>", signed_file),
    path("certificates/<str:token>", certificate),
    path("status", status_page),
    path("status.json", status_json),
    path("healthz", healthz),
    path("metrics", metrics),
    path("readyz", readyz),
    path("served", served),
    path("webhooks/stripe", stripe_webhook),
    path("panel", panel),
    path("panel/", panel),
    path("panel/<path:rest>", panel),
    path("console", console),
    path("console/", console),
    path("console/<path:rest>", console),
    path("invite", invitation),
]
