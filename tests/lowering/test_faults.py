"""Planted faults: comparing the two paths finds each, and so does the shadow, which mends it."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef
from tests.lowering.faults import FAULTS, Fault
from tests.lowering.test_broken import spoil


@pytest.mark.parametrize("fault", FAULTS, ids=[each.__name__ for each in FAULTS])
def test_a_planted_fault_is_found(gamma: TenantRef, settings: Any, fault: Fault):
    question = fault(gamma, spoil)
    right = question.asked(lowering=False)
    wrong = question.asked()
    assert None in wrong.decisions.values()
    assert wrong.text != right.text  # so that the suites of this folder fail
    settings.LOWERING_SHADOW = 1
    compared = question.asked()
    assert "it was answered wrong" in compared.decisions.values()
    assert compared.text == right.text
    settings.LOWERING_SHADOW = 0
    assert "it was answered wrong" in question.asked().decisions.values()  # and stays off
