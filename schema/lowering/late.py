"""Fields that Python answers: the statement reads along the columns that they declare.

Signed links, money in words, steps of a declaration: no SQL says these. Where one stands, the
statement leaves a hole with the columns in it, and the field's own resolver is asked for the rest,
by graphql-core, over a row that has those columns and nothing else. It can read nothing that it
did not declare: Django is told to raise, and the root field is then graphql-core's.
"""

import json
import re
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from time import monotonic
from typing import Any, Final
from uuid import UUID

import orjson
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import FETCH_RAISE, F, ForeignKey, Model
from graphql import GraphQLObjectType, GraphQLResolveInfo, get_nullable_type, is_leaf_type
from graphql.execution.executor import CollectedErrors
from graphql.pyutils import Path
from strawberry.schema.schema_converter import GraphQLCoreConverter

from kernel import clock
from kernel.tenancy import current_scope
from schema.lowering.errors import Broken, NotLowered
from schema.lowering.leaves import read_plainly
from schema.lowering.recent import Recent
from schema.lowering.text import END, HOLE, Sql, joined

_HOLES: Final = re.compile(f"{HOLE}([0-9]+):([^{END}]*){END}")
_SAME: Final = (
    "CharField",
    "TextField",
    "SlugField",
    "BooleanField",
    "FloatField",
    "IntegerField",
    "SmallIntegerField",
    "BigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "JSONField",
)


def _same(value: Any) -> Any:
    return value


_FROM_JSON: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_SAME, _same),
    "UUIDField": UUID,
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "TimeField": time.fromisoformat,
    "DecimalField": Decimal,
    "BinaryField": bytes.fromhex,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A column that is read along: its path from the row, and how its JSON becomes its value."""

    path: tuple[str, ...]
    from_json: Callable[[Any], Any]
    annotated: bool = False


@dataclass(frozen=True)
class Late:
    """One such field in a selection."""

    parent: GraphQLObjectType
    details: list[Any]
    model: type[Model]
    parts: tuple[Part, ...]

    @cached_property
    def name(self) -> str:
        """The field's, of its parent."""
        name: str = self.details[0].node.name.value
        return name

    @cached_property
    def is_of_row(self) -> bool:
        """Whether it is one value, and its resolver is told of nothing but its row."""
        field = self.parent.fields[self.name]
        declared = field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        resolver = declared.base_resolver
        is_told_more = resolver is not None and resolver.info_parameter is not None
        return is_leaf_type(get_nullable_type(field.type)) and not field.args and not is_told_more

    def info(self, executor: Any) -> GraphQLResolveInfo[Any]:
        """What the resolver is told of its request."""
        nodes = [each.node for each in self.details]
        path = Path(None, self.name, self.parent.name)
        info: GraphQLResolveInfo[Any] = executor.build_resolve_info(
            self.parent.fields[self.name], nodes, self.parent, path
        )
        return info

    def row(self, values: Sequence[Any]) -> Model:
        """A row of the model with these columns, from their JSON."""
        read = [
            None if value is None else part.from_json(value)
            for part, value in zip(self.parts, values, strict=True)
        ]
        row = _row_of(self.model, self.parts, read, 0)
        assert row is not None
        for part, value in zip(self.parts, read, strict=True):
            if part.annotated:
                setattr(row, part.path[0], value)
        return row


def _row_of(
    model: type[Model], parts: Sequence[Part], values: Sequence[Any], depth: int
) -> Model | None:
    """The row at this depth of the parts' paths; None where its key is NULL."""
    own: dict[str, Any] = {}
    further: dict[str, list[int]] = {}
    for place, part in enumerate(parts):
        if part.annotated:
            continue
        if len(part.path) == depth + 1:
            column: Any = model._meta.get_field(part.path[depth])
            own[column.attname] = values[place]
        else:
            further.setdefault(part.path[depth], []).append(place)
    key = model._meta.pk.attname
    if depth and own.get(key) is None:
        return None
    # Django takes the values in the order of the model's columns.
    names = [field.attname for field in model._meta.concrete_fields if field.attname in own]
    row = model.from_db("default", names, [own[name] for name in names])
    row._state.fetch_mode = FETCH_RAISE
    for name, places in further.items():
        relation: Any = model._meta.get_field(name)
        below = _row_of(
            relation.related_model,
            [parts[place] for place in places],
            [values[place] for place in places],
            depth + 1,
        )
        relation.set_cached_value(row, below)
    return row


def hole(
    number: int, model: type[Model], paths: Sequence[str], annotations: dict[str, Any]
) -> tuple[Sql, tuple[Part, ...]]:
    """The expression that leaves hole `number` with what `paths` of `model` and annotations say.

    `annotations` are names with their output fields. Raises `NotLowered` for what cannot be read
    from JSON.
    """
    columns: dict[tuple[str, ...], Any] = {("pk",): model._meta.pk}
    for each in paths:
        columns |= _columns(model, each)
    parts: list[Part] = []
    said: list[Any] = []
    for path, field in columns.items():
        parts.append(Part((*path[:-1], field.name), _reader(field)))
        said.append(_told(F("__".join(path)), field))
    for name, field in annotations.items():
        parts.append(Part((name,), _reader(field), annotated=True))
        said.append(_told(F(name), field))
    between: list[Any] = []
    for told in said:
        between += [", " if between else "", told]
    array = Sql("json_build_array(", *between, ")::text")
    text = joined([Sql(f"chr(2) || '{number}:'"), array, Sql("chr(3)")])
    return text, tuple(parts)


def _columns(model: type[Model], path: str) -> dict[tuple[str, ...], Any]:
    """The column at the end of a Django path, and the keys of the rows on the way."""
    found: dict[tuple[str, ...], Any] = {}
    at: Any = model
    names = path.split("__")
    for depth, name in enumerate(names):
        try:
            field: Any = at._meta.pk if name == "pk" else at._meta.get_field(name)
        except FieldDoesNotExist:
            field = next((each for each in at._meta.concrete_fields if each.attname == name), None)
        if field is None or not field.concrete or field.many_to_many:
            raise NotLowered(f"{path} is no column")
        if depth == len(names) - 1:
            found[(*names[:depth], field.attname)] = field
        else:
            found[(*names[: depth + 1], "pk")] = field.related_model._meta.pk
            at = field.related_model
    return found


def _stored(field: Any) -> Any:
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field


def _reader(field: Any) -> Callable[[Any], Any]:
    if isinstance(field, ArrayField) and read_plainly(field.base_field) in _SAME:
        return _same
    reader = _FROM_JSON.get(read_plainly(_stored(field)))
    if reader is None:
        raise NotLowered(
            f"{getattr(field, 'name', '') or type(field).__name__} is not read as it is stored"
        )
    return reader


def _told(column: Any, field: Any) -> Any:
    match read_plainly(_stored(field)):
        case "BinaryField":
            return Sql("encode(", column, ", 'hex')")
        case "DecimalField":
            return Sql(column, "::text")
    return column


def filled(texts: Sequence[str], holes: Sequence[Late], executor: Callable[[], Any]) -> list[str]:
    """`texts` with what Python says in their holes. Raises `Broken` where that is an error."""
    filling = _Filling(holes, executor)
    return [_HOLES.sub(filling.fill, text) if HOLE in text else text for text in texts]


class _Filling:
    """The holes of one request's texts; what is equal in two of them is asked once."""

    def __init__(self, holes: Sequence[Late], executor: Callable[[], Any]) -> None:
        self._holes = holes
        self._executor = executor
        self._said: dict[str, str] = {}
        self._place = (current_scope().label, int(monotonic() // REMEMBERED_SECONDS))

    def fill(self, match: re.Match[str]) -> str:
        """What stands in this hole. Raises `Broken`."""
        whole = match[0]
        said = self._said.get(whole)
        if said is None:
            said = self._said[whole] = self._answer(self._holes[int(match[1])], match[2])
        return said

    def _answer(self, late: Late, values: str) -> str:
        """What the field says: remembered for a minute where nothing but its row says it."""
        if not late.is_of_row:
            return self._asked(late, values)
        place = (*self._place, late.parent.name, late.name, values)
        said = _said.get(place)
        if said is None:
            with clock.watched() as watch:
                said = self._asked(late, values)
            if not watch.read:
                _said.put(place, said)
        return said

    def _asked(self, late: Late, values: str) -> str:
        return _asked(late, values, self._asking, late.info(self._asking))

    @cached_property
    def _asking(self) -> Any:
        """An executor whose errors are those of the holes alone."""
        asking = copy(self._executor())
        asking.collected_errors = CollectedErrors()
        return asking


_said: Final[Recent[Hashable, str]] = Recent(20_000)
REMEMBERED_SECONDS: Final = 60


def _asked(late: Late, values: str, executor: Any, info: GraphQLResolveInfo[Any]) -> str:
    name = f"{late.parent.name}.{info.field_name}"
    try:
        row = late.row(json.loads(values))
        field = late.parent.fields[info.field_name]
        inner = get_nullable_type(field.type)
        if is_leaf_type(inner) and not field.args and field.resolve is not None:
            value = field.resolve(row, info)
            if value is not None:
                value = inner.coerce_output_value(value)
                if value is None:
                    raise Broken(f"{name}: no value")
            elif inner is not field.type:
                raise Broken(f"{name}: null")
        else:
            value = executor.execute_field(late.parent, row, late.details, info.path, None)
            if executor.collected_errors.errors:
                raise Broken(f"{name}: an error")
        return orjson.dumps(value).decode()
    except Broken:
        raise
    except Exception as error:
        raise Broken(f"{name}: {type(error).__name__}") from error
