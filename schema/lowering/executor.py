"""graphql-core's executor, which answers root query fields by SQL where that can be done."""

from collections.abc import Hashable, Mapping
from copy import copy
from functools import partial
from typing import Any, Final, cast

import structlog
from graphql import GraphQLError, GraphQLObjectType, OperationDefinitionNode, Visitor, visit
from graphql.execution.executor import CollectedErrors
from graphql.pyutils import Path
from graphql.type.definition import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext as Executor
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry_django.fields.field import StrawberryDjangoField

from kernel.telemetry import root_fields_of
from kernel.tenancy import current_scope
from kernel.tenancy.unavailable import is_unanswered
from schema.core.context import Context
from schema.core.errors import bug_log, cause_of
from schema.core.fields import VALUE_KEY, Value
from schema.lowering.answer import Lowered
from schema.lowering.errors import Broken, NotLowered, NotNow
from schema.lowering.node import NodeRoot, type_asked
from schema.lowering.plans import keep_resolved, plan_of, resolved
from schema.lowering.readers import Asking
from schema.lowering.recent import Recent
from schema.lowering.roots import Root, Told, ToldName, ToldValue
from schema.lowering.shadow import is_due, is_wrong
from schema.lowering.steady import asker_of, observed
from schema.lowering.whole import TYPENAME, Part, Whole

log = structlog.get_logger(__name__)

NODE: Final = "node"
"""The one root field that is not of one type."""


class LoweringExecutor(Executor):
    """Everything is graphql-core's but for root query fields, and those too when in doubt."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decisions: dict[str, str | None] = {}
        """Of each root field, by its name in the answer, why it was not lowered; or None."""
        self.asking: Any = Asking(lambda: self)
        self.parts: dict[str, Part] = {}
        """The root fields that were lowered and need not be resolved again for this caller."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: list[Any],
        path: Path,
        position_context: Any,
    ) -> Any:
        if path.prev is None and parent_type is self.schema.query_type:
            lowered = self._lowered(parent_type, field_details_list, path)
            if lowered is not None:
                return lowered
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )

    def _lowered(self, query: GraphQLObjectType, details: list[Any], path: Path) -> Lowered | None:
        name = str(path.key)
        field_name = details[0].node.name.value
        field = query.fields.get(field_name)
        declared = field and field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if (plain := _plain(query, field_name, declared)) is not None:
            self.parts[name] = Part(name, field_name, plain, None)
        is_node = field_name == NODE
        if field is None or not (is_node or _is_of_rows(declared)):
            self.decisions[name] = "it is not made of rows"
            return None
        key = _key(self, details, name)
        if is_node:
            key = (key, type_asked(self, field, details))
        plan = plan_of(key)
        label = current_scope().label
        text, reason, answered = None, plan.refused, "core"
        if plan.rests(label):
            reason = "it failed here lately"
        if reason is None:
            try:
                root_class = NodeRoot if is_node else Root
                root = root_class(self, field, declared, details, path, plan)
                told, is_kept = self._told(key, root)
                text = self._text(told)
                answered = "sql"
                if is_due() and self._is_wrong(details, path, text, told):
                    raise _Wrong
                plan.worked(label)
                if is_kept:
                    self.parts[name] = Part(name, field_name, told, plan)
            except Broken as broken:
                reason, answered = broken.reason, "failed"
            except NotNow as not_now:
                reason = not_now.reason
            except NotLowered as not_lowered:
                plan.refused = reason = not_lowered.reason
            except _Wrong:
                plan.refused = reason = "it was answered wrong"
                answered = "wrong"
                log.error("lowered wrong, switched off", field=field_name)
            except Exception as error:
                if is_unanswered(error):
                    raise
                reason, answered = type(error).__name__, "failed"
                bug_log(error, lowering=field_name)
        if answered == "failed" and plan.failed(label):
            log.warning("lowering rests", field=field_name, reason=reason)
        root_fields_of(field_name, answered).inc()
        self.decisions[name] = reason
        return Lowered(text) if reason is None and text is not None else None

    def whole(self, data: Mapping[str, Any] | None) -> Whole | None:
        """What it takes to answer the operation again, if all of `data` is of such root fields."""
        if not data or [*data] != [*self.parts]:
            return None
        context: Context = self.context_value
        again = copy(self)  # and nothing of this request
        again.context_value = again.asking = None
        again.parts, again.decisions = {}, {}
        again.async_helpers = GraphQLResolveInfoHelpers(
            gather=again.gather_async_work, track=again.track_async_work
        )
        return Whole(again, context.actor, tuple(self.parts.values()))

    def _text(self, told: Told) -> str:
        [found] = self.asking.rows([told.query]) if told.query else [[]]
        return told.text(found, self.asking)

    def _told(self, key: Hashable, root: Root) -> tuple[Told, bool]:
        """How to tell the field, found for this caller before or now; whether that is kept."""
        asker = asker_of(root.declared, self)
        before = asker and resolved((key, asker))
        if before:
            return cast(Told, before), True
        with observed(self.context_value) as seen:
            told = root.told()
        is_kept = asker is not None and seen.is_steady
        if is_kept:
            keep_resolved((key, asker), told)
        return told, is_kept

    def _is_wrong(self, details: list[Any], path: Path, text: str, told: Told) -> bool:
        """Whether graphql-core, asked in private, says other than `text`."""
        asked = copy(self)
        asked.collected_errors = CollectedErrors()
        query = self.schema.query_type
        assert query is not None
        try:
            value = super(LoweringExecutor, asked).execute_field(query, None, details, path, None)
        except GraphQLError as error:  # of a field that must not be null
            if is_unanswered(cause_of(error)):
                raise
            return True
        again = partial(self._text, told)
        return bool(asked.collected_errors.errors) or is_wrong(text, value, again)


class _Wrong(Exception):
    """The two paths have told different things."""


def _plain(query: GraphQLObjectType, name: str, declared: Any) -> Told | None:
    """How a field is told that has nothing to do with rows, once graphql-core has answered it."""
    if name == TYPENAME:
        return ToldName(query.name)
    value: Value | None = declared.metadata.get(VALUE_KEY) if declared else None
    return ToldValue(value) if value else None


def _is_of_rows(declared: Any) -> bool:
    return (
        isinstance(declared, StrawberryDjangoField)
        and declared.base_resolver is not None
        and declared.django_type is not None
        and not declared.disable_optimization
    )


# -- the key of a plan --------------------------------------------------------------------------

_variables: Recent[Hashable, tuple[str, ...]] = Recent(1000)


def _key(executor: Any, details: list[Any], name: str) -> Hashable:
    """All that a plan depends on, by value; the schema by itself, which is kept."""
    operation: OperationDefinitionNode = executor.operation
    assert operation.loc is not None
    place = (
        executor.schema,
        operation.loc.source.body,
        operation.name.value if operation.name else None,
        name,
    )
    below = _variables.get(place)
    if below is None:
        below = _variables.put(place, _used_below(executor, details))
    given = executor.variable_values.coerced
    values = tuple(repr(given.get(each)) for each in below)
    return (*place, executor.context_value.language, values)


class _Used(Visitor):
    """The variables and the fragments below a node."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.fragments: set[str] = set()

    def enter_variable(self, node: Any, *_: Any) -> None:
        self.variables.add(node.name.value)

    def enter_fragment_spread(self, node: Any, *_: Any) -> None:
        self.fragments.add(node.name.value)


def _used_below(executor: Any, details: list[Any]) -> tuple[str, ...]:
    used, seen = _Used(), set[str]()
    for each in details:
        if each.node.selection_set is not None:
            visit(each.node.selection_set, used)
    while new := used.fragments - seen:
        seen |= new
        for name in new:
            visit(executor.fragment_definitions[name], used)
    return tuple(sorted(used.variables))
