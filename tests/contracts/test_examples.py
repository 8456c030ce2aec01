"""Each operation has a recorded example, and the server answers what was recorded: queries both
with LOWERING and without.

`RECORD_EXAMPLES=1 uv run pytest tests/contracts/test_examples.py` records them anew; look at what
changed before it is committed.
"""

import json
import os
from typing import Any

import pytest

from kernel.tenancy import TenantRef
from tests.contracts.normal import Normal, differences
from tests.contracts.operations import FOLDER, Operation, Sent, operations, send

ALL = operations()
BY_THE_CLOCK = {
    "slots",
    "bookingCancel",
    "bookingHold",
    "bookingInstant",
    "bookingReschedule",
    "recurrenceStart",
}
"""Whose answers depend on the hour at which they are asked: no two runs have the same."""

RECORDS = bool(os.environ.get("RECORD_EXAMPLES"))


@pytest.mark.parametrize("operation", ALL, ids=[each.name for each in ALL])
def test_the_server_answers_as_recorded(operation: Operation, alpha: TenantRef):
    sent = send(operation, alpha)
    example = _example(operation, sent, sent.answers[0])
    if RECORDS:
        operation.example.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(example, indent=1, ensure_ascii=False)
        operation.example.write_text(text + "\n")
    assert operation.example.exists(), "record it: see this file's first lines"
    recorded = json.loads(operation.example.read_text())
    for answer in sent.answers:
        now = _example(operation, sent, answer)
        if operation.roots[0].name.value in BY_THE_CLOCK:
            assert recorded["answer"].keys() == now["answer"].keys()
        else:
            assert [*differences(recorded, now)] == []


def _example(operation: Operation, sent: Sent, answer: dict[str, Any]) -> dict[str, Any]:
    codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
    assert {*codes} <= {"NOT_FOUND", "INVALID_INPUT"}, answer
    normal = Normal()
    return {
        "operation": operation.name,
        "documentId": operation.id,
        "role": sent.sender,
        "variables": normal.of(sent.variables),
        "answer": normal.of(answer),
    }


def test_no_example_is_left_of_an_operation_that_is_gone():
    known = {each.example for each in ALL}
    assert {*(FOLDER / "examples").glob("*/*.json")} - known == set()
