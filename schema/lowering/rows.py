"""A selection of a model-backed type as one SQL expression: the row's JSON text.

Which fields there are, in which order and under which names, graphql-core has collected: aliases,
fragments, `@skip` and `@include` are its own. What each of them reads, the field's declaration
says: a column, a relation, a reading (declare.py), or hints for its resolver (late.py). A selection
with anything else is `NotLowered` as a whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, ForeignKey, Model, OuterRef, QuerySet
from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
)
from strawberry import relay
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry_django.fields.field import StrawberryDjangoField
from strawberry_django.queryset import run_type_get_queryset
from strawberry_django.relay import resolve_model_id
from strawberry_django.utils.typing import get_django_definition

from schema.core.context import Info
from schema.core.pages import connection_of
from schema.lowering.declare import LOWERED, Column, Mean, Parts, Reading, Words, columns_of
from schema.lowering.errors import NotLowered
from schema.lowering.late import Late, hole
from schema.lowering.leaves import float_text, global_id, leaf
from schema.lowering.nested import page_text
from schema.lowering.shapes import Open, Shape, marked, shape_of, shape_of_annotation
from schema.lowering.text import BROKEN_SQL, NULL_SQL, RowsText, RowText, Sql, joined, literal

_DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF
TEXT: Final = "_lowered"
"""The annotation that holds a row's text."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A type of rows that stands somewhere below the root."""

    type: Any
    model: type[Model]

    @property
    def is_open(self) -> bool:
        """Whether it depends on who asks."""
        return hasattr(self.type, "get_queryset")

    def rows(self, info: Info) -> QuerySet[Any]:
        """Those that the caller may see, as strawberry-django prefetches them."""
        rows: QuerySet[Any] = self.model._base_manager.all()
        return run_type_get_queryset(rows, self.type, info)

    def shape(self, info: Info) -> Shape | None:
        """The shape of those."""
        return shape_of(self.rows(info))


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation of a field below the root that is made of the request."""

    model: type[Model]
    name: str
    make: Callable[[Info], Any]

    def shape(self, info: Info) -> Shape | None:
        """Its shape over the model's rows."""
        rows = self.model._base_manager.annotate(**{self.name: self.make(info)})
        return shape_of_annotation(rows, self.name)


@dataclass
class Selection:
    """What is being compiled for one request, and what that has left to Python."""

    executor: Any
    info: Info
    holes: list[Late] = field(default_factory=list)
    scopes: list[Scope | Annotation] = field(default_factory=list)

    def scoped(self, declared: StrawberryDjangoField, model: type[Model]) -> QuerySet[Any]:
        """Rows of `model` as the field's type lets the caller see them, their values open."""
        scope = Scope(declared.django_type, model)
        rows = scope.rows(self.info)
        if not scope.is_open:
            return rows
        if scope not in self.scopes:
            self.scopes.append(scope)
        return marked(rows, 1 + self.scopes.index(scope))

    def annotation(self, model: type[Model], name: str, make: Callable[[Info], Any]) -> Any:
        """An annotation that depends on who asks, its values open."""
        scope = Annotation(model, name, make)
        if scope not in self.scopes:
            self.scopes.append(scope)
        return Open(make(self.info), 1 + self.scopes.index(scope))

    def fields(self, type_: GraphQLObjectType, details: list[Any]) -> dict[str, list[Any]]:
        """The fields that are asked of an object of `type_`, by their names in the answer."""
        found: dict[str, list[Any]] = self.executor.collect_subfields(
            type_, details
        ).grouped_field_set
        return found

    def texts(
        self, rows: QuerySet[Any], type_: GraphQLObjectType, details: list[Any]
    ) -> QuerySet[Any]:
        """`rows` with each one's JSON text as the annotation `_lowered`."""
        if get_django_definition(_definition(type_).origin, strict=True).model is not rows.model:
            raise NotLowered(f"{type_} is not of {rows.model.__name__}")
        if rows.query.combinator or rows.query.group_by is not None:
            raise NotLowered("rows that are united or grouped")
        if rows.query.distinct:
            raise NotLowered("distinct rows")
        row = _Row(self, type_, rows)
        text = row.object(details)
        told: QuerySet[Any] = row.rows.annotate(**{TEXT: text})
        return told


class _Row:
    """One type's rows while their text is made; `rows` gains the annotations it needs."""

    def __init__(self, selection: Selection, type_: GraphQLObjectType, rows: QuerySet[Any]) -> None:
        self.selection = selection
        self.type = type_
        self.rows = rows
        self.model: type[Model] = rows.model
        self.annotated: set[str] = set()

    def object(self, details: list[Any]) -> Sql:
        """The whole object."""
        parts: list[Any] = ["{"]
        for name, its in self.selection.fields(self.type, details).items():
            parts.append(f'{"," if len(parts) > 1 else ""}"{name}":')
            parts.append(self._field(its))
        return joined([*parts, "}"])

    def _field(self, details: list[Any]) -> Any:
        name = details[0].node.name.value
        if name == "__typename":
            return f'"{self.type.name}"'
        its = self.type.fields[name]
        declared = its.extensions.get(_DEFINITION)
        if name == "id" and declared is not None and _has_stock_id(self.type):
            return global_id(self.type.name, F("pk"))
        if not isinstance(declared, StrawberryDjangoField):
            raise NotLowered(f"{self.type}.{name} is a function")
        if connection_of(its) is not None:
            return self._connection(its, declared, details)
        reading = declared.metadata.get(LOWERED)
        if reading is not None:
            self._annotate(declared)
            said = self._read(reading, its.type, details)
            if said is not None:
                return said
        if declared.base_resolver is not None:
            return self._late(declared, details)
        return self._model_field(its, declared, details)

    # -- columns and readings -------------------------------------------------------------------

    def _model_field(
        self, its: GraphQLField, declared: StrawberryDjangoField, details: list[Any]
    ) -> Any:
        name = declared.django_name or declared.python_name
        if declared.store.annotate:
            expression = next(iter(declared.store.annotate.values()))
            if callable(expression):
                expression = self.selection.annotation(self.model, name, expression)
            self._add({name: expression})
            return leaf(its.type, self._output_field(name), F(name))
        try:
            column: Any = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            raise NotLowered(f"{self.type}.{its} is no column") from None
        if column.is_relation:
            return self._relation(its, declared, column, details)
        try:
            return leaf(its.type, column, F(column.attname))
        except NotLowered:
            return self._hole(details, [column.attname], {})

    def _read(self, reading: Reading, type_: Any, details: list[Any]) -> Any:
        """What a reading says; None where it does not know what is asked for."""
        match reading:
            case Column(name):
                return leaf(type_, self._output_field(name), F(name))
            case Words(name):
                return self._words(F(name), details)
            case Mean(total, count):
                over = Sql("nullif(", F(count), ", 0)::float8")
                null = BROKEN_SQL if isinstance(type_, GraphQLNonNull) else NULL_SQL
                mean = Sql("(", F(total), "::float8 / ", over, ")")
                return Sql("coalesce(", float_text(mean), f", {null})")
            case Parts():
                return self._parts(reading, type_, details)
        return None

    def _words(self, column: Any, details: list[Any]) -> Any:
        """The text in the caller's language, or a hole where there is none."""
        declared = self.type.fields[details[0].node.name.value].extensions[_DEFINITION]
        own = Sql("(", column, f" -> {literal(self.selection.info.context.language)})::text")
        otherwise = self._late(declared, details)
        return Sql("CASE WHEN ", own, """ LIKE '"_%%"' THEN """, own, " ELSE ", otherwise, " END")

    def _parts(self, reading: Parts, type_: Any, details: list[Any]) -> Any:
        object_type = get_named_type(type_)
        assert isinstance(object_type, GraphQLObjectType)
        parts: list[Any] = ["{"]
        for name, its in self.selection.fields(object_type, details).items():
            asked = its[0].node.name.value
            parts.append(f'{"," if len(parts) > 1 else ""}"{name}":')
            if asked == "__typename":
                parts.append(f'"{object_type.name}"')
            elif asked in reading.fields:
                below = reading.fields[asked]
                parts.append(self._read(below, object_type.fields[asked].type, its))
            else:
                return None
        text = joined([*parts, "}"])
        if reading.unless_null is None:
            return text
        null = BROKEN_SQL if isinstance(type_, GraphQLNonNull) else NULL_SQL
        return Sql(
            "CASE WHEN ", F(reading.unless_null), f" IS NULL THEN {null} ELSE ", text, " END"
        )

    # -- what Python says -----------------------------------------------------------------------

    def _late(self, declared: StrawberryDjangoField, details: list[Any]) -> Any:
        """A field's own resolver over the columns that its hints name."""
        name, store = f"{self.type}.{declared.python_name}", declared.store
        if store.prefetch_related or declared.disable_optimization:
            raise NotLowered(f"{name} reads other rows")
        if not store.only and not store.annotate:
            raise NotLowered(f"{name} does not say what it reads")
        only = [str(path) for path in store.only]
        for relation in store.select_related:
            if not any(path.startswith(f"{relation}__") for path in only):
                raise NotLowered(f"{name} reads whole rows")
        self._annotate(declared)
        reading = declared.metadata.get(LOWERED)
        read = [] if reading is None else [*columns_of(reading)]
        only += [name for name in read if name not in only and name not in store.annotate]
        return self._hole(details, only, {key: self._output_field(key) for key in store.annotate})

    def _hole(self, details: list[Any], paths: list[str], annotations: dict[str, Any]) -> Any:
        holes = self.selection.holes
        try:
            text, parts = hole(len(holes), self.model, paths, annotations)
        except NotLowered as reason:
            name = f"{self.type}.{details[0].node.name.value}"
            raise NotLowered(f"{name}: {reason.reason}") from None
        holes.append(Late(self.type, details, self.model, parts))
        return text

    def _annotate(self, declared: StrawberryDjangoField) -> None:
        annotations = {}
        for name, expression in declared.store.annotate.items():
            if callable(expression):
                expression = self.selection.annotation(self.model, name, expression)
            annotations[name] = expression
        self._add(annotations)

    def _add(self, annotations: Mapping[str, Any]) -> None:
        missing = {name: its for name, its in annotations.items() if name not in self.annotated}
        if any(name in self.rows.query.annotations for name in missing):
            raise NotLowered(f"{self.type} is annotated already")
        if missing:
            self.rows = self.rows.annotate(**missing)
            self.annotated |= set(missing)

    def _output_field(self, name: str) -> Any:
        annotation = self.rows.query.annotations.get(name)
        if annotation is not None:
            return annotation.output_field
        at: Any = self.model
        *relations, column = name.split("__")
        for relation in relations:
            at = at._meta.get_field(relation).related_model
        return at._meta.get_field(column)

    # -- relations ------------------------------------------------------------------------------

    def _relation(
        self, its: GraphQLField, declared: StrawberryDjangoField, relation: Any, details: list[Any]
    ) -> Any:
        type_ = get_named_type(its.type)
        if not isinstance(type_, GraphQLObjectType):
            raise NotLowered(f"{type_} is abstract")
        rows = self._related(declared, relation)
        texts = self.selection.texts(rows, type_, details).values(TEXT)
        inner = get_nullable_type(its.type)
        if isinstance(inner, GraphQLList):
            return joined(["[", RowsText(texts), "]"])
        null = BROKEN_SQL if isinstance(its.type, GraphQLNonNull) else NULL_SQL
        return Sql("coalesce(", RowText(texts), f", {null})")

    def _related(self, declared: StrawberryDjangoField, relation: Any) -> QuerySet[Any]:
        """The rows at the other end that the type lets the caller see."""
        if declared.django_type is None:
            raise NotLowered(f"{self.type}.{declared.python_name} has no type of rows")
        rows = self.selection.scoped(declared, relation.related_model)
        if isinstance(relation, ForeignKey):
            return rows.filter(**{relation.target_field.name: OuterRef(relation.attname)})
        if relation.many_to_many and not relation.auto_created:
            back = relation.related_query_name()
        else:
            back = relation.field.name
        return rows.filter(**{back: OuterRef("pk")})

    def _connection(
        self, its: GraphQLField, declared: StrawberryDjangoField, details: list[Any]
    ) -> Any:
        """A page of the rows at the other end."""
        name = declared.django_name or declared.python_name
        try:
            relation: Any = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            raise NotLowered(f"{self.type}.{name} is no relation") from None
        if not relation.one_to_many or declared.store.prefetch_related:
            raise NotLowered(f"{self.type}.{name} is no list of its own")
        return page_text(self.selection, its, self._related(declared, relation), details)


def _definition(type_: GraphQLObjectType) -> Any:
    return type_.extensions[_DEFINITION]


def _has_stock_id(type_: GraphQLObjectType) -> bool:
    """Whether the type's id is strawberry-django's: `Type:key`."""
    origin: Any = _definition(type_).origin
    if not issubclass(origin, relay.Node):
        return False
    is_stock = getattr(origin.resolve_id, "__func__", None) is resolve_model_id
    return is_stock and origin.resolve_id_attr() in ("pk", "id")
