"""How much a free document asks for: its figures, each with a limit.

Cost counts objects: a field that answers one is 1, or ten times that in a plain list, and all
that is in a page counts as often as the page has rows. A field of a mutation is 10 more. What
introspection shows is kept in memory and costs nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    value_from_ast_untyped,
    visit,
)

from schema.core.limits import MAX_DEPTH, MAX_TOKENS
from schema.core.pages import MAX_PAGE, connection_of

LIST_ROWS: Final = 10
MUTATION_COST: Final = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """What one operation comes to."""

    depth: int
    tokens: int
    aliases: int
    directives: int
    cost: int

    def beyond(self) -> dict[str, int]:
        """Those that are beyond their limits."""
        return {name: value for name, value in asdict(self).items() if value > LIMITS[name]}

    def told(self) -> dict[str, Any]:
        """As an answer's `extensions.cost` says them."""
        return {**asdict(self), "limits": LIMITS}


LIMITS: Final = {
    "depth": MAX_DEPTH,
    "tokens": MAX_TOKENS,
    "aliases": 30,
    "directives": 30,
    "cost": 20_000,
}


def figures_of(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> Figures:
    """The figures of a valid `operation` under its coerced variables."""
    counter = _Counter()
    visit(document, counter)
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    root = schema.get_root_type(operation.operation)
    assert root is not None
    walk = _Walk(schema, fragments, variables)
    depth, cost = walk.of(operation.selection_set, root)
    if operation.operation is OperationType.MUTATION:
        cost += MUTATION_COST * len(operation.selection_set.selections)
    return Figures(
        depth=depth,
        tokens=document.token_count or 0,
        aliases=counter.aliases,
        directives=counter.directives,
        cost=cost,
    )


class _Counter(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.aliases = self.directives = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.aliases += node.alias is not None

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.directives += 1


class _Walk:
    """Depth and cost of a selection; each fragment's is found once, however often it is spread."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = dict(variables)
        self._known: dict[str, tuple[int, int]] = {}

    def of(self, selections: SelectionSetNode, type_: GraphQLCompositeType) -> tuple[int, int]:
        depth = cost = 0
        for each in selections.selections:
            if isinstance(each, FieldNode):
                its = self._field(each, type_)
            elif isinstance(each, FragmentSpreadNode):
                its = self._spread(each.name.value)
            else:
                assert isinstance(each, InlineFragmentNode)
                inner = each.type_condition
                its = self.of(each.selection_set, self._type(inner.name.value) if inner else type_)
            depth, cost = max(depth, its[0]), cost + its[1]
        return depth, cost

    def _field(self, node: FieldNode, type_: GraphQLCompositeType) -> tuple[int, int]:
        name = node.name.value
        if name.startswith("__") or not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            return 1, 0
        field = type_.fields[name]
        named = get_named_type(field.type)
        if is_leaf_type(named) or node.selection_set is None:
            return 1, 0
        depth, cost = self.of(node.selection_set, named)
        rows = LIST_ROWS if is_list_type(get_nullable_type(field.type)) else 1
        if connection_of(field) is not None:
            # The edges are the page's rows, and counted as such.
            return depth + 1, 1 + (cost // LIST_ROWS + 1) * self._page(node)
        return depth + 1, (1 + cost) * rows

    def _page(self, node: FieldNode) -> int:
        """How many rows a connection is asked for."""
        asked = {
            argument.name.value: value_from_ast_untyped(argument.value, self._variables)
            for argument in node.arguments or ()
        }
        sizes = [size for name in ("first", "last") if isinstance(size := asked.get(name), int)]
        return min(sizes, default=MAX_PAGE)

    def _spread(self, name: str) -> tuple[int, int]:
        if name not in self._known:
            fragment = self._fragments[name]
            type_ = self._type(fragment.type_condition.name.value)
            self._known[name] = self.of(fragment.selection_set, type_)
        return self._known[name]

    def _type(self, name: str) -> GraphQLCompositeType:
        found = self._schema.type_map[name]
        assert is_composite_type(found)
        return found
