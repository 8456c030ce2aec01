"""The figures as Markdown, ready for the README."""

import os
import platform
from collections.abc import Sequence
from statistics import median

from devtools.bench.load import Round
from devtools.bench.operations import OPERATIONS
from devtools.bench.quoting import ACTIVE_RULES
from devtools.bench.run import BARE, OURS, STOCK, Figures

HEAD = (
    "operation",
    "requests/s",
    "p50 ms",
    "p99 ms",
    "p50 ÷ bare's",
    "SQL queries when warm, 20 / 200 rows",
    "bare SQL, requests/s",
    "ours ÷ bare",
    "stock, requests/s",
    "ours ÷ stock",
)


def markdown(figures: Figures) -> str:
    """A table of the operations, then what else was measured, and on what."""
    lines = [_row(HEAD), _row(["---", *["---:"] * (len(HEAD) - 1)])]
    for operation in OPERATIONS:
        ours = figures.rounds[operation.name, OURS]
        bare = figures.rounds.get((operation.name, BARE))
        latencies = sorted(latency * 1000 for each in ours for latency in each.latencies)
        cells = [
            operation.title,
            f"{_rate(ours):,.0f}",
            f"{median(latencies):.1f}",
            f"{latencies[len(latencies) * 99 // 100]:.1f}",
            f"{_p50_ratio(ours, bare):.1f}" if bare else "",
            " / ".join(map(str, figures.known["probed"]["queries"][operation.name])),
        ]
        for server in (BARE, STOCK):
            other = figures.rounds.get((operation.name, server))
            cells += [f"{_rate(other):,.0f}", f"{_ratio(ours, other):.2f}"] if other else ["", ""]
        lines.append(_row(cells))
    probed = figures.known["probed"]
    same, alternating = probed["binding"]
    quoting_ms, quoting_statements = probed["quoting"]
    resident = ", ".join(
        f"{name} {' + '.join(f'{size:.0f}' for size in sizes)} MB"
        for name, sizes in figures.resident.items()
    )
    return "\n".join(
        [
            *lines,
            "",
            f"- Queries for the tenant on a warm request: {probed['tenant_queries']}.",
            f"- Binding the scope: {same:.1f} µs for the same tenant, {alternating:.0f} µs when "
            "tenants alternate on a connection, re-planning included.",
            f"- A quote under {ACTIVE_RULES} active rules: {quoting_ms:.1f} ms of CPU, "
            f"{quoting_statements} statements.",
            f"- 14 days of slots, 50 couriers, 2,000 bookings: {probed['slots']:.1f} ms of CPU.",
            "- Answers to strangers are made anew each time; `bench reads` measures kept ones too.",
            f"- Resident when idle: {resident} (a parent + its child).",
            f"- {os.cpu_count()} cores, Python {platform.python_version()}, PostgreSQL "
            f"{probed['postgres']}; one worker with 4 threads, 16 connections; ratios are medians "
            "of rounds in which the servers take turns.",
        ]
    )


def _rate(rounds: Sequence[Round]) -> float:
    return median(len(each.latencies) / each.seconds for each in rounds)


def _ratio(ours: Sequence[Round], other: Sequence[Round]) -> float:
    pairs = zip(ours, other, strict=True)
    return median(_rate([mine]) / _rate([theirs]) for mine, theirs in pairs)


def _p50_ratio(ours: Sequence[Round], other: Sequence[Round]) -> float:
    pairs = zip(ours, other, strict=True)
    return median(median(mine.latencies) / median(theirs.latencies) for mine, theirs in pairs)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
