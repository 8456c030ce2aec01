"""Every recorded query, asked by everybody of each tenant and of the platform, both ways."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from graphql import NonNullTypeNode

from kernel.tenancy import TenantRef
from tests.contracts.normal import Normal
from tests.contracts.operations import Operation, operations, variables_of
from tests.lowering.both import Outcome, both
from tests.lowering.conftest import ADMINISTRATOR, OWNER, ROLES, Asker
from tests.lowering.documents import TIME_OF_ASKING, is_of_platform
from tests.lowering.register import asked_of_register

QUERIES = [each for each in operations() if each.kind == "query"]
LOWERED = {ADMINISTRATOR: 50, OWNER: 10}
"""Of how many operations at least one root field is lowered for them, at least."""


def questions(operation: Operation) -> list[dict[str, Any]]:
    """The variables of its example, of rows that there are; and as few as it takes."""
    every = variables_of(operation)
    needed = {
        each.variable.name.value
        for each in operation.definition.variable_definitions or ()
        if isinstance(each.type, NonNullTypeNode)
    }
    fewest = {name: value for name, value in every.items() if name in needed or name == "first"}
    return [every] if fewest == every else [every, fewest]


def told(operation: Operation, outcome: Outcome) -> str:
    """The answer; what it says of the time of asking is made the same."""
    if TIME_OF_ASKING & {each.name.value for each in operation.roots}:
        return json.dumps(Normal().of(outcome.body))
    return outcome.text


def compare(asked: Iterable[tuple[Operation, dict[str, Any]]], askers: Sequence[Asker]) -> set[str]:
    """The operations of which something was lowered. Fails where the two ways differ."""
    wrong, lowered = [], set()
    for operation, variables in asked:
        for asker in askers:
            by_sql, by_core = both(asker.scope, operation.text, variables, token=asker.token)
            who = f"{asker.host}'s {asker.role}: {operation.name} {variables}"
            if told(operation, by_sql) != told(operation, by_core):
                wrong.append(who)
            wrong += [f"{who} {bug}" for bug in by_sql.bugs]
            if None in by_sql.decisions.values():
                lowered.add(operation.name)
    assert wrong == []
    return lowered


@pytest.mark.parametrize("role", ROLES)
def test_on_the_hosts_of_two_tenants(askers: list[Asker], role: str):
    these = [asker for asker in askers if asker.role == role]
    assert {asker.host for asker in these} == {"alpha", "beta"}
    lowered = compare(
        ((operation, given) for operation in QUERIES for given in questions(operation)), these
    )
    assert len(lowered) >= LOWERED.get(role, 0), sorted(lowered)


def test_on_the_platforms_host(owners: list[Asker], alpha: TenantRef):
    samples, asked = asked_of_register(alpha), []
    ids = {"id": samples["tenant.id"], "tenantId": samples["ownerActions.tenantId"]}
    for operation in QUERIES:
        is_theirs = all(is_of_platform(each.name.value) for each in operation.roots)
        for given in questions(operation):
            theirs = {name: ids[name] for name in ids.keys() & given.keys() if is_theirs}
            asked.append((operation, {**given, **theirs}))
    lowered = compare(asked, owners)
    assert len(lowered) >= LOWERED[OWNER], sorted(lowered)
