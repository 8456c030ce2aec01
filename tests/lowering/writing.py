"""Random documents: whatever a client may write, over the whole schema, mostly valid."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

from schema.core.pages import connection_of
from tests.support import walk
from tests.support.asking import ROWS, row
from tests.support.database import fixed_id
from tests.support.ids import global_id

DEPTH = 3
"""Relations below a root field."""
FRAGMENTS = 4
SIZES = (0, 1, 2, 3, 50, 100)
ODD_SIZES = (-1, 101, 2**31 - 1, 2**31, None)
PLACES = tuple(b64encode(f"arrayconnection:{place}".encode()).decode() for place in (0, 1, 99))
ODD_CURSORS = (
    "",
    "no cursor",
    "YXJyYXljb25uZWN0aW9uOi0x",
    b64encode(b"x:\x00").decode(),
    row("Order"),
)
ODD_IDS = (
    *("", "no id", global_id("Nonsense", fixed_id(1)), global_id("Service", fixed_id(999_999))),
    *(row(name) for name in ("Order", "Person", "Tenant", "Service", "Place")),
)
"""Ids of no row, of nothing, and of rows of other types."""

type Draw = Callable[..., Any]


@dataclass
class Shown:
    """What is asked of one object: by its name in the answer a field with its arguments, and what
    is asked below it. A name that is there may be asked again with the same field alone.
    """

    fields: dict[str, tuple[tuple[str, str], "Shown"]] = field(default_factory=dict)


@dataclass
class Writer:
    """One document while it is written."""

    draw: Draw
    samples: Mapping[str, Any]
    typed: dict[str, str] = field(default_factory=dict)
    """Its variables, with their types and defaults."""
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)

    def document(self, names: list[str]) -> str:
        """A query of these root fields; one that comes twice has two names in the answer."""
        query, shown, body = walk.BUILT.query_type, Shown(), []
        assert query is not None
        for name in names:
            body.append(self._field(query, name, shown, DEPTH))
        if self._now_and_then():
            body.append("__typename")
        typed = ", ".join(f"${name}: {type_}" for name, type_ in self.typed.items())
        head = f"query({typed})" if typed else "query"
        return " ".join([f"{head} {{ {' '.join(body)} }}", *self.fragments])

    # -- selections -----------------------------------------------------------------------------

    def _selection(self, type_: Any, shown: Shown, depth: int) -> str:
        """Some of what `type_` shows, in any order, under any names, some of it in fragments."""
        fields = [name for name in type_.fields if self._fits(type_.fields[name], depth)]
        said = []
        for _ in range(self.draw(st.integers(1, 6))):
            match self.draw(st.sampled_from(("field",) * 8 + ("inline", "named", "typename"))):
                case "field" if fields:
                    name = self.draw(st.sampled_from(fields))
                    said.append(self._field(type_, name, shown, depth))
                case "inline" if depth:
                    said.append(self._inline(type_, shown, depth))
                case "named" if depth and len(self.fragments) < FRAGMENTS:
                    said.append(self._named(type_, shown, depth))
                case _:
                    said.append(self.draw(st.sampled_from(("__typename", "kindOf: __typename"))))
        return " ".join(said)

    def _fits(self, its: GraphQLField, depth: int) -> bool:
        needed = any(is_required_argument(each) for each in its.args.values())
        return not needed and (depth > 0 or is_leaf_type(get_named_type(its.type)))

    def _field(self, type_: Any, name: str, shown: Shown, depth: int) -> str:
        its = type_.fields[name]
        given = self._arguments(type_, name, its)
        signature = f"{name}{f'({given})' if given else ''}"
        key = self.draw(st.sampled_from((name, name, name, "a", "b")))
        same = (signature, str(its.type))
        if shown.fields.get(key, (same,))[0] != same:
            key = f"{name}{len(shown.fields)}"
        _, below = shown.fields.setdefault(key, (same, Shown()))
        text = signature if key == name else f"{key}: {signature}"
        inner = get_named_type(its.type)
        if not is_leaf_type(inner):
            # A page and its edges are no relation, but the way to one.
            is_way = inner.name.endswith(("Connection", "Edge", "PageInfo"))
            less = depth if is_way else depth - 1
            return f"{text}{self._directive()} {{ {self._selection(inner, below, less)} }}"
        return f"{text}{self._directive()}"

    def _inline(self, type_: Any, shown: Shown, depth: int) -> str:
        """A fragment without a name: on the type, on one that it may be, or on none."""
        on = self.draw(st.sampled_from(_about(type_)))
        inner = self._selection(on, shown, depth - 1)
        said = f"on {on.name}" if on is not type_ or self._now_and_then() else ""
        return f"... {said}{self._directive()} {{ {inner} __typename }}"

    def _named(self, type_: Any, shown: Shown, depth: int) -> str:
        on = self.draw(st.sampled_from(_about(type_)))
        name = f"F{len(self.fragments)}"
        self.fragments.append("")  # others may be written within it
        place = len(self.fragments) - 1
        inner = self._selection(on, shown, depth - 1)
        self.fragments[place] = f"fragment {name} on {on.name} {{ {inner} }}"
        return f"...{name}{self._directive()}" + (f" ...{name}" if self._now_and_then() else "")

    def _directive(self) -> str:
        if not self._now_and_then():
            return ""
        word = self.draw(st.sampled_from(("include", "skip")))
        value = self.draw(st.sampled_from(("true", "false", "$yes", "$no", "$maybe")))
        if value == "$maybe":
            self.typed["maybe"] = "Boolean! = true"
        elif value.startswith("$"):
            self.typed[value[1:]] = "Boolean!"
            self.variables[value[1:]] = value == "$yes"
        return f" @{word}(if: {value})"

    # -- arguments ------------------------------------------------------------------------------

    def _arguments(self, type_: Any, name: str, its: GraphQLField) -> str:
        given = []
        for key, argument in walk.arguments_of(its).items():
            sample = f"{name}.{key}"
            needed = is_required_argument(argument)
            if sample in self.samples and (needed or self._now_and_then()):
                value = self._odd(argument.type, self.samples[sample], needed)
                given.append(f"{key}: {self._passed(argument.type, value)}")
        if connection_of(its):
            given += self._page(its)
        return ", ".join(given)

    def _odd(self, type_: Any, value: Any, needed: bool) -> Any:
        """Now and then another value than the one that fits."""
        if not self._now_and_then():
            return value
        if get_named_type(type_).name == "ID" and isinstance(value, str):
            return self.draw(st.sampled_from(ODD_IDS))
        if isinstance(value, list):
            return self.draw(st.sampled_from(([], value * 2)))
        return value if needed else None

    def _page(self, its: GraphQLField) -> list[str]:
        """Mostly a page that there is; now and then one that is past the end, or none at all."""
        strange = self._seldom()
        sizes, cursors = (ODD_SIZES, ODD_CURSORS) if strange else (SIZES, PLACES)
        given: dict[str, tuple[Any, ...]] = {}
        if not self._seldom():
            given[self.draw(st.sampled_from(("first", "first", "last")))] = sizes
        if self._now_and_then():
            given[self.draw(st.sampled_from(("after", "before")))] = cursors
        return [
            f"{key}: {self._passed(its.args[key].type, self.draw(st.sampled_from(values)))}"
            for key, values in given.items()
        ]

    def _passed(self, type_: Any, value: Any) -> str:
        """A value as it is written, as a variable, or as the default of one."""
        match self.draw(st.sampled_from(("literal", "variable", "default"))):
            case "literal":
                return literal(type_, value)
            case "default" if value is not None:
                name = f"v{len(self.typed)}"
                self.typed[name] = f"{get_nullable_type(type_)} = {literal(type_, value)}"
                return f"${name}"
            case _:
                name = f"v{len(self.typed)}"
                self.typed[name] = str(type_)
                self.variables[name] = value
                return f"${name}"

    def _now_and_then(self) -> bool:
        return bool(self.draw(st.integers(0, 4)) == 4)

    def _seldom(self) -> bool:
        return bool(self.draw(st.integers(0, 19)) == 19)


def _about(type_: Any) -> list[Any]:
    """The types that a fragment on an object of `type_` may be on; itself more often."""
    if isinstance(type_, GraphQLInterfaceType):
        possible = walk.BUILT.get_possible_types(type_)
        return [type_, *(each for each in possible if each.name in ROWS)]
    assert isinstance(type_, GraphQLObjectType)
    return [type_, type_, *type_.interfaces]


def literal(type_: Any, value: Any) -> str:
    """A JSON value as a literal of this type."""
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    if isinstance(value, list):
        inner = type_.of_type if isinstance(type_, GraphQLList) else type_
        return f"[{', '.join(literal(inner, each) for each in value)}]"
    if isinstance(value, dict):
        fields = type_.fields if isinstance(type_, GraphQLInputObjectType) else {}
        parts = [
            f"{key}: {literal(fields[key].type if key in fields else None, each)}"
            for key, each in value.items()
        ]
        return "{" + ", ".join(parts) + "}"
    named = get_named_type(type_) if type_ is not None else None
    return value if isinstance(named, GraphQLEnumType) and value else json.dumps(value)
