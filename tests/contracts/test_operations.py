"""frontend_contracts/operations: what first-party clients send, and the manifest made of it."""

import json
import re

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    concat_ast,
    parse,
    print_ast,
    separate_operations,
    validate,
    visit,
)

from schema.core.documents import digest_of
from schema.root import schema
from tests.contracts.operations import FOLDER, ROLES, operations
from tests.support import walk

FILES = {
    role: sorted((FOLDER / "operations" / role).glob("*.graphql"), key=lambda file: file.name)
    for role in ROLES
}
UNSENT: dict[str, str] = {}
"""Root fields that no client of ours sends, and why."""


def document_of(role: str) -> DocumentNode:
    return concat_ast([parse(file.read_text()) for file in FILES[role]])


class _WithoutTypenames(Visitor):
    """Takes out what code generation has put in."""

    def leave_selection_set(self, node: SelectionSetNode, *_: object) -> SelectionSetNode:
        kept = [
            each
            for each in node.selections
            if not (isinstance(each, FieldNode) and each.name.value == "__typename")
        ]
        return SelectionSetNode(selections=tuple(sorted(kept, key=print_ast)))

    def leave_operation_definition(
        self, node: OperationDefinitionNode, *_: object
    ) -> OperationDefinitionNode:
        held = {key: getattr(node, key) for key in node.keys}
        variables = sorted(node.variable_definitions or (), key=print_ast)
        return OperationDefinitionNode(**{**held, "variable_definitions": tuple(variables)})


def plain(document: DocumentNode) -> set[str]:
    """The document's definitions, whatever the order of what is in them."""
    bare = visit(document, _WithoutTypenames())
    return {re.sub(r"\s+", " ", print_ast(each)) for each in bare.definitions}


@pytest.mark.parametrize("role", ROLES)
def test_every_document_is_valid(role: str):
    assert validate(schema._schema, document_of(role)) == []


@pytest.mark.parametrize("role", ROLES)
def test_the_manifest_is_made_of_them(role: str):
    known = {each.name: each for each in operations() if each.role == role}
    separate = separate_operations(document_of(role))
    assert separate.keys() == known.keys(), "run: npm run generate, in frontend_contracts"
    for name, document in separate.items():
        assert plain(document) == plain(parse(known[name].text)), f"{name}: npm run generate"
        assert known[name].id == digest_of(known[name].text)


@pytest.mark.parametrize("role", ROLES)
def test_each_document_says_who_sends_it_and_when(role: str):
    for file in FILES[role]:
        text = file.read_text()
        for each in parse(text).definitions:
            assert isinstance(each, OperationDefinitionNode | FragmentDefinitionNode)
            assert each.loc is not None
            before = text[: each.loc.start].rstrip("\n")
            assert before.split("\n")[-1].startswith("#"), f"{file.name}: {each.name}"


def test_every_root_field_is_sent_by_somebody():
    sent = {field.name.value for each in operations() for field in each.roots}
    subscriptions = walk.BUILT.subscription_type
    assert subscriptions is not None
    offered = {*walk.QUERIES, *walk.MUTATIONS, *subscriptions.fields}
    missing = offered - sent - UNSENT.keys()
    assert missing == set(), "write their documents into frontend_contracts/operations"


def test_no_two_operations_share_a_name():
    names = [
        each["name"]
        for each in json.loads((FOLDER / "manifest.json").read_text())["documents"].values()
    ]
    assert len(names) == len({*names})
