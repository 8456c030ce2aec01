"""Django's urls with stock Strawberry-Django: our types and resolvers, nothing else of ours."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from strawberry.django.views import GraphQLView
from strawberry_django.optimizer import DjangoOptimizerExtension

from schema.core.build import stock_schema
from schema.core.context import Context
from schema.http.context import context_of
from schema.root import Mutation, Query


class StockView(GraphQLView[Context, None]):
    """As it comes, but for the context that our resolvers read."""

    def get_context(self, request: HttpRequest, response: HttpResponse) -> Context:
        return context_of(request)


schema = stock_schema(Query, Mutation, extensions=(DjangoOptimizerExtension,))
urlpatterns = [path("graphql", csrf_exempt(StockView.as_view(schema=schema)))]
