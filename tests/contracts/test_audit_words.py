"""Every detail that an entry of an audit log is written with has its words in the web apps."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from graphql import GraphQLInputObjectType, get_named_type
from strawberry.utils.str_converters import to_camel_case

from registry.life_cycle import MOVED
from tests.support import walk

HOUSE = Path(settings.BASE_DIR)
SCREENS = HOUSE / "frontend_contracts"
LOGS = {"panel": "audit_record", "console": "owner_action"}
"""Whose screen shows what is written by which function."""

ANNOUNCED = {"tenants/journal/audit.py": ("platform/registry/life_cycle.py", "MOVED")}
"""What a listener writes down as it was announced: where that is, and the name of its kind."""
assert MOVED == "tenant.moved"


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for file in sorted((HOUSE / folder).rglob("*.py")):
            yield str(file.relative_to(HOUSE)), ast.parse(file.read_text())


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def given(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


class Reader:
    """The keys of the dictionaries that one module makes."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path, self.tree = path, tree
        self.functions = {
            each.name: each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)
        }

    def written(self, writer: str) -> Iterator[str]:
        """What `writer` is given as `data` anywhere in the module."""
        for function in self.functions.values():
            for call in calls(function, writer):
                data = given(call, "data")
                if data is not None and function.name != writer:
                    yield from self.keys(data, function)

    def keys(self, data: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
        match data:
            case ast.Dict():
                for key, value in zip(data.keys, data.values, strict=True):
                    if key is None:
                        yield from self.keys(value, function)
                    else:
                        assert isinstance(key, ast.Constant), ast.unparse(data)
                        yield str(key.value)
            case ast.Name() if function.args.kwarg and data.id == function.args.kwarg.arg:
                named = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
                for call in calls(self.tree, function.name):
                    yield from ({each.arg for each in call.keywords if each.arg} - named)
            case ast.Name():
                made = [
                    each.value
                    for each in ast.walk(function)
                    if isinstance(each, ast.Assign) and data.id in map(ast.unparse, each.targets)
                ]
                assert made, f"{self.path}: where does {data.id} come from?"
                for each in made:
                    yield from self.keys(each, function)
            case ast.Call(func=ast.Name()) if data.func.id in self.functions:
                its = self.functions[data.func.id]
                for each in ast.walk(its):
                    if isinstance(each, ast.Return) and each.value is not None:
                        yield from self.keys(each.value, its)
            case ast.Attribute() if ast.unparse(data) == "fact.data" and self.path in ANNOUNCED:
                where, kind = ANNOUNCED[self.path]
                its = Reader(where, ast.parse((HOUSE / where).read_text()))
                for each in its.functions.values():
                    for call in calls(each, "Fact"):
                        if ast.unparse(given(call, "kind") or call) == kind:
                            yield from its.keys(given(call, "data") or call, each)
            case _:
                pytest.fail(f"{self.path}: what keys has {ast.unparse(data)}?")


def by_impersonation() -> Iterator[str]:
    """Where the input of a tenant's mutation has ids: see schema/core/writing.py."""
    for field in walk.MUTATIONS.values():
        if walk.right_of(field) not in walk.PLATFORMS and "input" in field.args:
            type_ = get_named_type(field.args["input"].type)
            assert isinstance(type_, GraphQLInputObjectType)
            yield from _ways_to_ids(type_, ())


def _ways_to_ids(type_: GraphQLInputObjectType, within: tuple[str, ...]) -> Iterator[str]:
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if inner.name == "ID":
            yield name
        elif isinstance(inner, GraphQLInputObjectType) and inner.name not in within:
            below = list(_ways_to_ids(inner, (*within, inner.name)))
            yield from [name, *below] if below else ()


def word_of(name: str) -> str:
    """As the apps look it up: `staff_member_id`, `staffMemberIds` are `staffMember`."""
    return re.sub(r"Ids?$", "", to_camel_case(name))


@pytest.mark.parametrize("app", LOGS)
def test_each_detail_of_an_entry_has_words_and_no_words_are_left_over(app: str):
    written = {
        word_of(key)
        for path, tree in modules("tenants", "platform/billing", "platform/registry")
        for key in Reader(path, tree).written(LOGS[app])
    }
    if app == "panel":
        written |= {word_of(key) for key in by_impersonation()}
    text = (SCREENS / app / "src/screens/audit/facts.ts").read_text()
    told = set(re.findall(r"^  (\w+): \{ en:", text, re.MULTILINE))
    assert len(written) > 15
    assert written - told == set(), "give it words in facts.ts"
    assert told - written == set(), "nothing writes this any more"


def test_each_action_of_the_owners_has_a_sentence():
    actions = set[str]()
    for _, tree in modules("platform/billing", "platform/registry"):
        for call in calls(tree, "owner_action"):
            action = given(call, "action")
            if isinstance(action, ast.Constant):
                actions.add(action.value)
    texts = (SCREENS / "console/src/screens/audit/texts.ts").read_text()
    told = set(re.findall(r"^      (\w+): ['\"]", texts, re.MULTILINE))
    untold = {each for each in actions if not any(word.startswith(each) for word in told)}
    assert len(actions) > 15 and untold == set()
