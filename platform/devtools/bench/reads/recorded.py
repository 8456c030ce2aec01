"""python -m devtools.bench.reads.recorded FILE: every recorded read of customers and staff, by both
paths in turn.

What is asked comes from `frontend_contracts/examples`; ids in it become those of rows of the first
tenant. Measured in process, from the bound scope to the answer's bytes.
"""

import itertools
import json
import os
import sys
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from operator import truediv
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.conf import settings
from django.db import transaction
from django.test import override_settings
from graphql import OperationType

from devtools.bench.fill import person_add
from devtools.bench.operations import SMALL, Filled, global_id
from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from registry.resolver import resolver
from schema.core.context import Context
from schema.core.execution import Answer, execute_request
from schema.root import schema
from tenants.access.rights import ADMINISTRATOR
from tenants.access.services.sessions import session_start

TIMES: Final = 5
MORE: Final = 21
"""How often an operation is asked by each path; and again, where it seems slower lowered."""

CLOSE: Final = 1.05


@dataclass(frozen=True)
class Recorded:
    """An operation with its medians in ms, and how many times as fast it is lowered.

    The ratio is the median of pairs that were asked one after the other.
    """

    name: str
    lowered_ms: float
    core_ms: float
    ratio: float


@dataclass(frozen=True)
class Asked:
    """A trusted read with variables, and who asks."""

    name: str
    document_id: str
    variables: dict[str, Any]
    token: str

    def answer(self, tenant: TenantRef) -> Answer:
        """The answer, as HTTP's view has it made."""
        with tenant_scope(tenant):
            answer = execute_request(
                schema,
                document="",
                document_id=self.document_id,
                variables=self.variables,
                operation_name=None,
                context=Context(token=self.token, accept_language="en"),
                allowed_operations=(OperationType.QUERY,),
            )
            answer.json()
        return answer

    def measured(self, tenant: TenantRef, times: int) -> Recorded:
        """Ask as often by each path, in turn."""
        taken: dict[bool, list[float]] = {True: [], False: []}
        for number, first in itertools.product(range(times + 1), (True, False)):
            lowering = first is (number % 2 == 0)
            with override_settings(LOWERING=lowering):
                began = perf_counter()
                self.answer(tenant)
                if number:  # the first one makes the plans
                    taken[lowering].append((perf_counter() - began) * 1000)
        ratio = median(map(truediv, taken[False], taken[True]))
        return Recorded(self.name, median(taken[True]), median(taken[False]), ratio)


def asked_of(filled: Filled, administrator_token: str) -> Iterator[Asked]:
    """The recorded reads, in the bound scope."""
    folder = Path(settings.BASE_DIR) / "frontend_contracts"
    manifest = json.loads((folder / "manifest.json").read_text())
    tokens = {"customer": filled.customer_token, "operator": administrator_token}
    for document_id, known in manifest["documents"].items():
        role, name = known["role"], known["name"]
        example = folder / "examples" / role / f"{name}.json"
        if known["kind"] == "query" and role in tokens and example.exists():
            variables = _here(json.loads(example.read_text())["variables"])
            yield Asked(name, document_id, variables, tokens[role])


def _here(value: Any) -> Any:
    """`value` with ids of rows that are here."""
    if isinstance(value, dict):
        return {name: _here(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_here(each) for each in value]
    if isinstance(value, str):
        try:
            type_name, separator, _ = b64decode(value, validate=True).decode().partition(":")
        except (Error, UnicodeDecodeError):
            return value
        return (separator and _id_of(type_name)) or value
    return value


@cache
def _id_of(type_name: str) -> str | None:
    """The id of a row of a type of the schema; None where there is none."""
    found: Any = schema.get_type_by_name(type_name)
    definition = getattr(getattr(found, "origin", None), "__strawberry_django_definition__", None)
    key = definition and definition.model._base_manager.values_list("pk", flat=True).first()
    return global_id(type_name, str(key)) if key else None


def main(known: Path, file: Path) -> None:
    """Measure on the first tenant of `known`."""
    filled = Filled(**json.loads(known.read_text())["filled"][SMALL])
    tenant = resolver.by_host(filled.host)
    assert tenant is not None
    with tenant_scope(tenant), transaction.atomic():
        at = clock.now()
        person = person_add("Olive", "+8613800138032", ADMINISTRATOR, at)
        operations = [*asked_of(filled, session_start(person=person, at=at).token)]
    found = []
    for operation in operations:
        if not operation.answer(tenant).executed:
            continue
        measured = operation.measured(tenant, TIMES)
        if measured.ratio < CLOSE:
            measured = operation.measured(tenant, MORE)
        found.append(measured)
    file.write_text(json.dumps([asdict(each) for each in found]))


if __name__ == "__main__":
    main(Path(os.environ["BENCH_FILLED"]), Path(sys.argv[1]))
