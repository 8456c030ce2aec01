"""Which operations all strangers have the same answer to: those of shared root fields alone."""

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema.core.fields import SHARED_KEY


def shared_of(schema: GraphQLSchema, document: DocumentNode) -> frozenset[str | None]:
    """The names of the operations of a valid document whose root fields are all `shared`."""
    operations = [
        each for each in document.definitions if isinstance(each, OperationDefinitionNode)
    ]
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    return frozenset(
        operation.name.value if operation.name else None
        for operation in operations
        if operation.operation is OperationType.QUERY
        and _all_shared(schema, operation.selection_set, fragments)
    )


def _all_shared(
    schema: GraphQLSchema,
    selections: SelectionSetNode,
    fragments: dict[str, FragmentDefinitionNode],
) -> bool:
    for selection in selections.selections:
        match selection:
            case FieldNode():
                if not _is_shared(schema, selection.name.value):
                    return False
            case FragmentSpreadNode():
                below = fragments[selection.name.value].selection_set
                if not _all_shared(schema, below, fragments):
                    return False
            case InlineFragmentNode():
                if not _all_shared(schema, selection.selection_set, fragments):
                    return False
    return True


def _is_shared(schema: GraphQLSchema, name: str) -> bool:
    if name == "__typename":
        return True
    assert schema.query_type is not None
    field = schema.query_type.fields.get(name)
    declared = field and field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return bool(declared and declared.metadata.get(SHARED_KEY))
