"""One request by both paths: graphql-core's own, and the one with SQL in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.test import override_settings
from graphql import OperationType

from kernel.tenancy import TenantRef, tenant_scope
from schema.core.context import Context
from schema.core.execution import Answer, build_executor, execute
from schema.lowering.executor import LoweringExecutor
from schema.root import schema


@dataclass(frozen=True)
class Outcome:
    """An answer as its client reads it, and why which root fields were not lowered."""

    text: str
    decisions: Mapping[str, str | None]

    @property
    def body(self) -> Any:
        """The parsed answer."""
        return json.loads(self.text)


def outcome(
    tenant: TenantRef,
    document: str,
    variables: Mapping[str, Any] | None = None,
    *,
    token: str | None = None,
    language: str = "en",
    lowering: bool = True,
) -> Outcome:
    """The answer to one request, by one of the paths."""
    context = Context(token=token, accept_language=language)
    with tenant_scope(tenant), override_settings(LOWERING=lowering):
        executor = build_executor(
            schema,
            document=document,
            variables=variables,
            operation_name=None,
            context=context,
            allowed_operations=(OperationType.QUERY,),
        )
        if isinstance(executor, Answer):
            return Outcome(executor.json().decode(), {})
        answer = execute(executor, context)
        # Parsed and written again: numbers and escapes as JSON reads them, keys in their order.
        said = json.dumps(json.loads(answer.json()))
    decisions = executor.decisions if isinstance(executor, LoweringExecutor) else {}
    return Outcome(said, decisions)


def both(*args: Any, **kwargs: Any) -> tuple[Outcome, Outcome]:
    """By SQL, and by graphql-core alone."""
    return outcome(*args, **kwargs, lowering=True), outcome(*args, **kwargs, lowering=False)
