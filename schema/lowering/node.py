"""`node(id)`: one row of the type that its id names, whatever fragments ask of it."""

from typing import Any

from graphql import GraphQLError, GraphQLField, GraphQLObjectType
from graphql.execution.values import get_argument_values
from strawberry import relay
from strawberry.types import get_object_definition
from strawberry_django.queryset import run_type_get_queryset
from strawberry_django.utils.typing import get_django_definition

from kernel.refusals import AccessDenied
from schema.core.nodes import node_asked
from schema.core.rights import check_token
from schema.lowering.errors import NotNow
from schema.lowering.roots import Root, Told, ToldRow
from schema.lowering.rows import Selection
from schema.lowering.texts import Texts


class NodeRoot(Root):
    """The root field `node` of one request."""

    def told(self) -> Told:
        """The row, in the scope of its type. Raises `NotLowered` and `NotNow`."""
        info, _, given = self.asked()
        try:
            check_token(info.context)
        except AccessDenied as denied:
            raise NotNow(denied.code) from denied
        asked = node_asked(info, given["id"])
        if asked is None:
            raise NotNow("it is no id of this host")
        type_, key = asked
        definition = get_django_definition(type_, strict=True)
        its = self.executor.schema.type_map[get_object_definition(type_, strict=True).name]
        assert isinstance(its, GraphQLObjectType)
        rows = run_type_get_queryset(definition.model._default_manager.all(), type_, info)
        rows = rows.filter(**{type_.resolve_id_attr(): key})
        ordered = rows if rows.ordered else rows.order_by("pk")
        texts = Texts(self.plan, Selection(self.executor, info), its, self.details)
        return ToldRow(texts.reader(ordered, 0, 1), is_needed=False)


def type_asked(executor: Any, field: GraphQLField, details: list[Any]) -> str:
    """The type that the id names: what a plan of `node` depends on beside the document."""
    first = details[0]
    try:
        given = get_argument_values(
            field, first.node, executor.variable_values, first.fragment_variable_values
        )
        return relay.GlobalID.from_id(given["id"]).type_name[:64]
    except (GraphQLError, relay.GlobalIDValueError):
        return ""
