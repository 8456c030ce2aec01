"""Metrics and traces of what the product does: requests, GraphQL operations, jobs, sockets.

Labels are bounded: a name comes from the code (a route, a root field, a job), and of the tenants
the first `MAX_TENANTS` that a process meets have a label of their own, all others share `other`.
Traces go nowhere until `config.tracing` installs an exporter.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from prometheus_client import Counter, Gauge, Histogram

MAX_TENANTS: Final = 200
OTHER: Final = "other"
OK, REFUSED, FAILED = "ok", "refused", "failed"

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

_seconds: Final = Histogram(
    "daiqu_seconds", "How long a piece of work took.", ("kind", "name"), buckets=_BUCKETS
)
_done: Final = Counter(
    "daiqu_done", "Pieces of work by tenant and outcome.", ("kind", "tenant", "outcome")
)
limited: Final = Counter(
    "daiqu_limited", "Requests refused for what their tenant may ask.", ("tenant", "reason")
)
root_fields: Final = Counter(
    "daiqu_root_fields",
    "Root query fields made of rows, by how they were answered: sql, core, failed, wrong.",
    ("field", "answered"),
)
kept_answers: Final = Counter(
    "daiqu_kept_answers",
    "Requests of strangers whose answer was kept, or not: hit, miss.",
    ("found",),
)
sockets: Final = Gauge(
    "daiqu_sockets",
    "Open sockets and event streams.",
    ("tenant",),
    multiprocess_mode="livesum",
)

fleet_findings: Final = Gauge(
    "daiqu_findings",
    "What was wrong with the fleet when it was last looked over.",
    ("kind",),
    multiprocess_mode="mostrecent",
)

broken_chains: Final = Counter(
    "daiqu_broken_chains",
    "Chains of sealed records that were found changed: audit, proofs.",
    ("chain",),
)

_tracer: Final = trace.get_tracer("daiqu")
_tenants: set[str] = set()


@dataclass
class Work:
    """A piece of work under way. Whoever does it says what it was and how it ended."""

    name: str
    label: str
    outcome: str = OK
    is_counted: bool = True
    """Not where it was left to somebody else, who counts it."""


def measured(
    kind: str,
    *,
    name: str,
    label: str,
    parent: Context | None = None,
    attributes: Mapping[str, str] | None = None,
) -> AbstractContextManager[Work]:
    """Count, time and trace a block of `kind`; `label` is its scope's. What it raises is a failure.

    The block may still change the yielded name, label and outcome.
    """
    counted = _Measured(kind, Work(name, label))
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return counted  # no traces are sent
    return _traced(counted, _span(kind, parent, attributes))


class _Measured(AbstractContextManager[Work]):
    """Counts and times. Not a generator, which takes twice as long: there are two a request."""

    __slots__ = ("_began", "kind", "work")

    def __init__(self, kind: str, work: Work) -> None:
        self.kind = kind
        self.work = work

    def __enter__(self) -> Work:
        self._began = time.perf_counter()
        return self.work

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        work = self.work
        if error is not None:
            work.outcome = FAILED
        if work.is_counted:
            seconds_of(self.kind, work.name).observe(time.perf_counter() - self._began)
            done_of(self.kind, tenant_label(work.label), work.outcome).inc()


@contextmanager
def _traced(counted: _Measured, its: AbstractContextManager[Span]) -> Iterator[Work]:
    with its as span:
        try:
            with counted as work:
                yield work
        finally:
            work = counted.work
            span.update_name(f"{counted.kind} {work.name}")
            span.set_attribute("daiqu.tenant", work.label)
            if work.outcome == FAILED:
                span.set_status(Status(StatusCode.ERROR))


def _span(
    kind: str, parent: Context | None, attributes: Mapping[str, str] | None
) -> AbstractContextManager[Span]:
    return _tracer.start_as_current_span(
        kind,
        context=parent,
        kind=SpanKind.SERVER if kind == "request" else SpanKind.INTERNAL,
        attributes=dict(attributes or {}),
        record_exception=False,  # its words may quote personal data
        set_status_on_exception=False,
    )


# To find a figure by its labels takes as long as all the rest of counting. There are few.
seconds_of: Final = cache(_seconds.labels)
done_of: Final = cache(_done.labels)
root_fields_of: Final = cache(root_fields.labels)


def tenant_label(label: str) -> str:
    """`label` as metrics may name it: itself, or `other` once there are too many."""
    if label not in _tenants:
        if len(_tenants) >= MAX_TENANTS:
            return OTHER
        _tenants.add(label)
    return label
