"""What is wrong with an input is said in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from schema.core.reasons import CHINESE, REASONS, facts_in, reason_in

FOLDERS = ("platform/kernel", "platform/billing", "platform/registry", "tenants", "schema")
RAISERS = {"InvalidInput", "TableBroken", "_invalid", "_wrong", "_broken"}
"""What is told a reason: by that name, or last."""

FACT = "{}"
IN_A_REASON = {
    "a {} cannot lie alone",
    "a {} cannot lie by itself",
    "a {} cannot lie in a {}",
    "no place {}, in the rows above or before them",
    "{} places {}, in the rows above or before them",
    "it has run out",
    "its dates have gone by",
    "none of its zones is there any more",
    "another rule always goes before it",
    "{} is asked later",
}
"""Put together of parts, or made by a function of its own."""


def texts(node: ast.expr) -> list[str]:
    """The templates that an expression may be, each fact as `{}`; none for what is worked out."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(p.value if isinstance(p, ast.Constant) else FACT for p in parts)]  # type: ignore[misc]
        case ast.IfExp(body=one, orelse=other):
            return texts(one) + texts(other)
        case ast.BinOp(left=left, right=right):
            return [a + b for a in texts(left) or [FACT] for b in texts(right) or [FACT]]
    return []


def said(tree: ast.AST) -> Iterator[str]:
    """Every reason that a module gives."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id="reason")], value=value):
                yield from texts(value)
            case ast.Call(func=func, args=args, keywords=keywords):
                name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
                if name not in RAISERS:
                    continue
                for keyword in keywords:
                    if keyword.arg == "reason":
                        yield from texts(keyword.value)
                if args:
                    yield from texts(args[-1])


def reasons() -> Iterator[tuple[Path, str]]:
    for folder in FOLDERS:
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*.py")):
            source = path.read_text()
            if any(name in source for name in ("InvalidInput", "TableBroken")):
                for reason in said(ast.parse(source)):
                    yield path, reason


def test_each_is_said_in_chinese():
    unsaid = {f"{path.name}: {reason}" for path, reason in reasons() if reason not in REASONS}
    assert unsaid == set(), "say it in REASONS of a schema/**/messages.py"


def test_nothing_is_said_that_nobody_gives():
    assert {*REASONS} - {reason for _, reason in reasons()} - IN_A_REASON == set()


def test_each_has_the_facts_of_the_other():
    for english, chinese in REASONS.items():
        facts = [f"<{number}>" for number in range(english.count(FACT))]
        whole = english.replace(FACT, "%s") % tuple(facts)
        answer = reason_in(CHINESE, whole)
        assert sorted(fact for fact in facts if fact in answer) == facts, english
        assert answer == chinese.format(*facts), english
        assert reason_in("en", whole) == whole


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("at most 10 pictures", "最多 10 项图片"),
        ("at most 5 levels", "最多 5 层"),
        ("a gate cannot lie in a room", "大门不能位于房间之内"),
        ("polygon 1, ring 0, point 3 is not on the earth (longitude comes first)",
         "多边形 1，环 0，点 3 不在地球上（经度在前）"),
        ("a text in en is needed", "需要填写语言 en 的文字"),
        ("there is no question 'a {0} b'", "没有问题 'a {0} b'"),
        ("nobody has said this", "nobody has said this"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_facts_are_kept(english: str, chinese: str):
    assert reason_in(CHINESE, english) == chinese


def test_other_facts_stay_as_they_are():
    data = {"field": "needed", "reason": "needed", "max_bytes": 3}
    assert facts_in(CHINESE, data) == {**data, "reason": "必填"}
    assert facts_in("en", data) == data
    texts = {"reason": {"en": "needed"}}
    assert facts_in(CHINESE, texts) == texts
