"""How large and how deep a document may be. What it costs to execute is bounded elsewhere."""

from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationRule,
)

MAX_TOKENS: Final = 2_000
MAX_CHARACTERS: Final = 20_000
MAX_COMMENTS: Final = 500
MAX_DEPTH: Final = 15
"""Levels of fields; GraphiQL's introspection has 15, the deepest of our own operations half."""
MAX_ROOT_FIELDS: Final = {OperationType.QUERY: 50, OperationType.MUTATION: 10}
"""Fields of one operation's root, aliases counted: each may cost a password's hash."""
MAX_ERRORS: Final = 20
"""Of one document or one set of variables, after which checking stops."""


class DepthLimitRule(ValidationRule):
    """No operation nests fields deeper than `MAX_DEPTH`, spreads of fragments followed."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        depth = self._depth(node.selection_set, {})
        if depth > MAX_DEPTH:
            self.report_error(
                GraphQLError(f"The operation is {depth} levels deep, {MAX_DEPTH} at most.", node)
            )

    def _depth(self, selections: SelectionSetNode | None, known: dict[str, int]) -> int:
        """Levels below a selection set; `known` holds each fragment's once it was walked."""
        deepest = 0
        for selection in selections.selections if selections else ():
            if isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name not in known:
                    known[name] = 0  # a cycle, which another rule refuses
                    fragment = self.context.get_fragment(name)
                    known[name] = self._depth(fragment.selection_set, known) if fragment else 0
                depth = known[name]
            else:
                assert isinstance(selection, FieldNode | InlineFragmentNode)
                levels = int(isinstance(selection, FieldNode))
                depth = levels + self._depth(selection.selection_set, known)
            deepest = max(deepest, depth)
        return deepest


class RootFieldsLimitRule(ValidationRule):
    """No operation asks for more of the root than `MAX_ROOT_FIELDS`, under whatever aliases."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        limit = MAX_ROOT_FIELDS.get(node.operation)
        if limit is not None and self._count(node.selection_set, limit, frozenset()) > limit:
            self.report_error(GraphQLError(f"At most {limit} root fields in one operation.", node))

    def _count(self, selections: SelectionSetNode, limit: int, within: frozenset[str]) -> int:
        """Root fields of a selection set, spreads followed; stops counting beyond `limit`."""
        found = 0
        for selection in selections.selections:
            if isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                fragment = None if name in within else self.context.get_fragment(name)
                if fragment is not None:
                    found += self._count(fragment.selection_set, limit, within | {name})
            elif isinstance(selection, InlineFragmentNode):
                found += self._count(selection.selection_set, limit, within)
            else:
                found += 1
            if found > limit:
                break
        return found
