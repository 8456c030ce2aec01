"""Every way of answering a form that conditions can tell apart: proofs look at them all."""

from collections.abc import Collection, Iterator
from itertools import chain, combinations
from typing import Any, Final

from tenants.catalog.declaration.conditions import Test
from tenants.catalog.declaration.form import Field, FieldType, Form

MAX_WORLDS: Final = 50_000


class TooManyWorlds(Exception):
    """More ways of answering than can be looked at."""


def worlds(form: Form, keys: Collection[str], tests: Collection[Test]) -> Iterator[dict[str, Any]]:
    """Answers to the questions `keys`, and to those that they depend on, in every combination that
    `tests` and the form's own conditions can tell apart. Only what can be answered so.

    Raises `TooManyWorlds`, before the first.
    """
    wanted = _with_what_they_depend_on(form, keys)
    fields = [field for field in form.fields if field.key in wanted]
    told_apart = [*tests, *(test for field in fields if field.when for test in field.when.tests())]
    values = [_values(field, [test for test in told_apart if test.field == field.key])
              for field in fields]  # fmt: skip
    number = 1
    for each in values:
        number *= len(each) + 1
        if number > MAX_WORLDS:
            raise TooManyWorlds
    yield from _answered(fields, values, {})


def _answered(
    fields: list[Field], values: list[list[Any]], answers: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Each way of answering the questions that are left, given the earlier answers."""
    if not fields:
        yield dict(answers)
        return
    field, rest = fields[0], (fields[1:], values[1:])
    if not field.asked(answers):
        yield from _answered(*rest, answers)
        return
    for value in values[0] if field.required else [None, *values[0]]:
        given = answers if value is None else {**answers, field.key: value}
        yield from _answered(*rest, given)


def _with_what_they_depend_on(form: Form, keys: Collection[str]) -> set[str]:
    wanted = set(keys)
    for field in reversed(form.fields):  # a question depends on earlier ones only
        if field.key in wanted and field.when is not None:
            wanted |= field.when.fields()
    return wanted


def _values(field: Field, tests: Collection[Test]) -> list[Any]:
    """Answers of which every other one is like one of these, to these tests."""
    match field.kind:
        case FieldType.YES_NO:
            return [False, True]
        case FieldType.CHOICE:
            return [option.key for option in field.options]
        case FieldType.CHOICES:
            named = {str(value) for test in tests for value in test.values}
            others = [option.key for option in field.options if option.key not in named]
            told_apart = [*sorted(named), *others[:1]]
            return [list(some) for some in chain.from_iterable(
                combinations(told_apart, number) for number in range(1, len(told_apart) + 1)
            )]  # fmt: skip
        case FieldType.NUMBER:
            assert field.least is not None and field.most is not None
            edges = {field.least, field.most}
            for test in tests:
                bounds = [test.at_least, test.at_most]
                for value in (*bounds, *(v for v in test.values if isinstance(v, int))):
                    if value is not None:
                        edges |= {value - 1, value, value + 1}
            return sorted(edge for edge in edges if field.least <= edge <= field.most)
        case _:
            return []
