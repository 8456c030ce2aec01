"""Fields that need no wrapper: a column, a loaded relation, a small function of one row.

Strawberry puts five calls around each of them. Here, once, when the schema is built, such a
field's resolver is replaced with the one call that is left when nothing of the five applies.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from django.db.models.fields.files import FileDescriptor
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.db.models.query_utils import DeferredAttribute
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry import relay
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info
from strawberry_django.fields.field import StrawberryDjangoField
from strawberry_django.relay import resolve_model_id

type Resolve = Callable[..., Any]

_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF


def make_plain(schema: GraphQLSchema) -> None:
    """Replace, in place, the resolver of every field below the roots that is plain."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    for type_ in schema.type_map.values():
        definition = type_.extensions.get(_DEFINITION)
        if not isinstance(type_, GraphQLObjectType) or type_ in roots or definition is None:
            continue
        for name, field in type_.fields.items():
            declared = field.extensions.get(_DEFINITION)
            if not isinstance(declared, StrawberryField) or field.resolve is None:
                continue
            plain = (
                _node_id(definition)
                if name == "id" and issubclass(definition.origin, relay.Node)
                else _plain(declared, field.resolve)
            )
            field.resolve = plain or field.resolve


def _plain(field: StrawberryField, full: Resolve) -> Resolve | None:
    if field.is_basic_field:
        return _attribute(field.python_name)
    if field.extensions or field.arguments or field.is_async:
        return None
    if field.base_resolver is not None:
        return _function(field)
    if isinstance(field, StrawberryDjangoField):
        return _column(field, full)
    return None


def _attribute(name: str) -> Resolve:
    def resolve(source: Any, info: Any) -> Any:
        return getattr(source, name)

    return resolve


def _column(field: StrawberryDjangoField, full: Resolve) -> Resolve | None:
    """A column or an annotation by its name; a forward relation by the row that is loaded."""
    name = field.django_name or field.python_name
    if field.store.annotate:
        return _attribute(name)
    model = field.origin_django_type.model if field.origin_django_type else None
    descriptor = getattr(model, name, None)
    if isinstance(descriptor, ForwardManyToOneDescriptor):
        return _loaded_relation(descriptor.field.get_cached_value, full)
    if isinstance(descriptor, DeferredAttribute) and not isinstance(descriptor, FileDescriptor):
        return _attribute(descriptor.field.attname)
    return None


def _loaded_relation(cached: Callable[[Any], Any], full: Resolve) -> Resolve:
    def resolve(source: Any, info: Any) -> Any:
        try:
            return cached(source)
        except KeyError:
            return full(source, info)

    return resolve


def _function(field: StrawberryField) -> Resolve | None:
    """A resolver of the row, or the row and `info`. Not one that answers rows: those get scoped."""
    if isinstance(field, StrawberryDjangoField) and field.django_type is not None:
        return None
    resolver = field.base_resolver
    assert resolver is not None
    row = resolver.self_parameter or resolver.root_parameter or resolver.parent_parameter
    function: Any = resolver.wrapped_func
    match [*resolver.signature.parameters.values()]:
        case [only] if only == row:
            return lambda source, info: function(source)
        case [first, second] if first == row and second == resolver.info_parameter:
            return lambda source, info: function(source, Info(_raw_info=info, _field=field))
    return None


def _node_id(definition: StrawberryObjectDefinition) -> Resolve | None:
    """The global id of a row, where the type leaves both its parts at strawberry-django's."""
    origin: Any = definition.origin
    if getattr(origin.resolve_id, "__func__", None) is not resolve_model_id:
        return None
    name, prefix = origin.resolve_id_attr(), f"{definition.name}:"

    def resolve(source: Any, info: Any) -> str:
        return b64encode(f"{prefix}{getattr(source, name)}".encode()).decode()

    return resolve
