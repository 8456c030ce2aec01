"""The product's addresses, with the small schema in place of the product's."""

from django.urls import path

from config.urls import urlpatterns as product
from schema.http.view import Endpoint
from tests.http.shop import schema

urlpatterns = [path("graphql", Endpoint(schema)), *product]
