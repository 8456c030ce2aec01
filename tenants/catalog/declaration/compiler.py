"""What must hold of a declaration before anybody can order by it, proven by looking at every case.

`Declaration.check` refuses what makes no sense as it is written. Here is what makes sense and yet
would let people down: a question that nobody is ever asked, a step that waits for ever, a required
proof that no order asks for, a text that a customer could not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from tenants.catalog.declaration.conditions import Condition
from tenants.catalog.declaration.declaration import Declaration
from tenants.catalog.declaration.form import Form
from tenants.catalog.declaration.work import Need, Step, steps_of
from tenants.catalog.declaration.worlds import TooManyWorlds, worlds

ORDER_STATES: Final = frozenset(
    {
        "placed", "offered", "accepted", "departed", "arrived", "in_progress", "delivered",
        "completed", "undeliverable", "returning", "returned", "cancelled",
    }
)  # fmt: skip
"""The states of an order in which something can be said to somebody."""


class Fault(StrEnum):
    """What is wrong."""

    TEXT_MISSING = "text_missing"
    NEVER_ASKED = "never_asked"
    NEVER_DONE = "never_done"
    WAITS_FOR_NOTHING = "waits_for_nothing"
    NEVER_SAID = "never_said"
    TOO_MANY_CASES = "too_many_cases"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, where it is (a path in the service), and the answers or figures that show it."""

    fault: str
    path: str
    example: Mapping[str, Any]


def declaration_findings(
    declaration: Declaration, texts: Mapping[str, Mapping[str, str]], *, languages: Sequence[str]
) -> list[Finding]:
    """All that is wrong with a declaration that `Declaration.check` has passed.

    `texts` are the service's own by path; each has to be there in each of `languages`, if at all.
    """
    return [
        *_texts(declaration, texts, languages),
        *_questions(declaration.form),
        *_steps(declaration),
        *_notices(declaration),
    ]


def _texts(
    declaration: Declaration, texts: Mapping[str, Mapping[str, str]], languages: Sequence[str]
) -> Iterator[Finding]:
    for path, by_language in (*texts.items(), *_declared_texts(declaration)):
        if not by_language:
            continue
        for language in languages:
            if not by_language.get(language):
                yield Finding(Fault.TEXT_MISSING, path, {"language": language})


def _declared_texts(declaration: Declaration) -> Iterator[tuple[str, Mapping[str, str]]]:
    for number, field in enumerate(declaration.form.fields):
        path = f"form.{number}"
        yield f"{path}.label", field.label
        yield f"{path}.hint", field.hint
        yield f"{path}.unit", field.unit or {}
        for place, option in enumerate(field.options):
            yield f"{path}.options.{place}.label", option.label
    for number, step in enumerate(declaration.steps):
        yield f"steps.{number}.name", step.name
        yield f"steps.{number}.hint", step.hint
    for number, notice in enumerate(declaration.notices):
        yield f"notices.{number}.text", notice.text
    yield "requirements.reason", declaration.requirements.reason or {}


def _questions(form: Form) -> Iterator[Finding]:
    for number, field in enumerate(form.fields):
        if field.when is not None:
            fault = _possible(form, [field.when], Fault.NEVER_ASKED)
            if fault is not None:
                yield Finding(fault, f"form.{number}.when", {"when": field.when.serialise()})


def _steps(declaration: Declaration) -> Iterator[Finding]:
    known = {step.key: step for step in declaration.steps}
    for number, step in enumerate(declaration.steps):
        own = [] if step.when is None else [step.when]
        fault = _possible(declaration.form, own, Fault.NEVER_DONE)
        if fault is not None:
            shown = {"required": step.required or step.photo is Need.REQUIRED}
            yield Finding(fault, f"steps.{number}.when", shown)
            continue
        for place, key in enumerate(step.after):
            other = known[key].when
            both = own if other is None else [*own, other]
            fault = _possible(declaration.form, both, Fault.WAITS_FOR_NOTHING)
            if fault is not None:
                yield Finding(fault, f"steps.{number}.after.{place}", {"after": key})


def _notices(declaration: Declaration) -> Iterator[Finding]:
    for number, notice in enumerate(declaration.notices):
        if notice.state not in ORDER_STATES:
            yield Finding(Fault.NEVER_SAID, f"notices.{number}.state", {"state": notice.state})


def _possible(form: Form, conditions: Sequence[Condition], fault: Fault) -> Fault | None:
    """None if some way of answering meets all `conditions`; else what is wrong."""
    tests = [test for condition in conditions for test in condition.tests()]
    try:
        found = any(
            all(condition.holds(answers) for condition in conditions)
            for answers in worlds(form, {test.field for test in tests}, tests)
        )
    except TooManyWorlds:
        return Fault.TOO_MANY_CASES
    return None if found else fault


def order_of_work(steps: Sequence[Step], answers: Mapping[str, Any]) -> list[Step]:
    """The steps of an order, each after those that it waits for. Ends, since nothing is a loop."""
    left = list(steps_of(steps, answers))
    waiting = {step.key for step in left}
    done: list[Step] = []
    while left:
        ready = next(step for step in left if waiting.isdisjoint(step.after))
        left.remove(ready)
        waiting.discard(ready.key)
        done.append(ready)
    return done
