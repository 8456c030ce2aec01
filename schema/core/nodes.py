"""`node(id)`: any row by its global id, through the scoping of its type."""

from typing import Annotated, cast
from uuid import UUID

import strawberry
from django.apps import apps
from django.conf import settings
from strawberry import relay
from strawberry.types.base import StrawberryObjectDefinition
from strawberry_django.utils.typing import get_django_definition

from kernel.refusals import NotFound
from schema.core.context import Info
from schema.core.fields import query
from schema.core.ids import row_id
from schema.core.rights import Audience

AnyId = Annotated[strawberry.ID, strawberry.argument(description="A global id.")]


@strawberry.type
class NodeQueries:
    """Root query field of every node."""

    @query(right=Audience.EVERYWHERE)
    def node(self, info: Info, id: AnyId) -> relay.Node | None:
        """The object with this id; null when there is none, or none that the caller may see."""
        asked = node_asked(info, id)
        if asked is None:
            return None
        type_, key = asked
        found = type_.resolve_node(str(key), info=info, required=False)
        return cast("relay.Node | None", found)  # resolvers are sync here


def node_asked(info: Info, id: str) -> tuple[type[relay.Node], UUID] | None:
    """The type and the key in a global id; None where this host has no such objects."""
    try:
        global_id = relay.GlobalID.from_id(id)
        key = row_id(global_id, global_id.type_name)
    except (relay.GlobalIDValueError, NotFound):
        return None
    type_ = node_type(info.schema, global_id.type_name)
    if type_ is None or on_platform(type_) != info.context.on_platform:
        return None
    return type_, key


def node_type(schema: strawberry.Schema, name: str) -> type[relay.Node] | None:
    """The Node type called `name`, or None."""
    definition = schema.get_type_by_name(name)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_interface:
        return None
    return definition.origin if issubclass(definition.origin, relay.Node) else None


def on_platform(type_: type[relay.Node]) -> bool:
    """Whether the rows of a Node type are in the platform's schema, not in a tenant's."""
    model = get_django_definition(type_, strict=True).model
    return apps.get_app_config(model._meta.app_label).name not in settings.TENANT_APPS
