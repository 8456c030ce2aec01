"""One request by both paths: graphql-core's own, and the one with SQL in it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.test import override_settings
from graphql import OperationType

from kernel.tenancy import Scope, TenantRef, platform_scope, tenant_scope
from schema.core.context import Context
from schema.core.execution import Answer, build_executor, execute
from schema.lowering.executor import LoweringExecutor
from schema.root import schema


@dataclass(frozen=True)
class Outcome:
    """An answer as its client reads it, why which root fields were not lowered, and the SQL."""

    text: str
    decisions: Mapping[str, str | None]
    statements: Sequence[tuple[str, Sequence[Any]]] = ()

    @property
    def body(self) -> Any:
        """The parsed answer."""
        return json.loads(self.text)

    @property
    def bugs(self) -> list[str]:
        """Root fields that were left to graphql-core because Python or the database raised."""
        return [f"{name}: {why}" for name, why in self.decisions.items() if why and _BUG.match(why)]


_LIVE_CURSOR = re.compile(r'"[0-9a-f]{8}\.\d+:\d+:[\d,]*"')
"""The place in the log of events, which every transaction of anybody moves on."""
_BUG = re.compile(r"\w+(Error|Exception)$")


def outcome(
    scope: Scope,
    document: str,
    variables: Mapping[str, Any] | None = None,
    *,
    token: str | None = None,
    language: str = "en",
    lowering: bool = True,
) -> Outcome:
    """The answer to one request on the host of a tenant or the platform, by one of the paths."""
    context = Context(token=token, accept_language=language)
    bound = tenant_scope(scope) if isinstance(scope, TenantRef) else platform_scope()
    with bound, override_settings(LOWERING=lowering):
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
        body = json.loads(answer.json())
    for error in body.get("errors", ()):
        error["extensions"].pop("id", None)  # what a masked error is logged under
    said = _LIVE_CURSOR.sub('"now"', json.dumps(body))
    if not isinstance(executor, LoweringExecutor):
        return Outcome(said, {})
    return Outcome(said, executor.decisions, executor.asking.queries)


def both(*args: Any, **kwargs: Any) -> tuple[Outcome, Outcome]:
    """By SQL, and by graphql-core alone."""
    return outcome(*args, **kwargs, lowering=True), outcome(*args, **kwargs, lowering=False)
