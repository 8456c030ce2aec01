"""The figures as Markdown, ready for the performance page."""

import os
import platform
from collections.abc import Sequence
from statistics import mean, median
from typing import Any, Final

from devtools.bench.load import Round
from devtools.bench.operations import Operation
from devtools.bench.reads.run import ASKED, BARE, CACHED, CORE, OURS, SECONDS, THEIRS, Reads

_SERVERS: Final = (OURS, CORE, CACHED, BARE, THEIRS)
_HEAD: Final = (
    "operation",
    "server",
    "requests/s",
    "p50 ms",
    "p99 ms",
    "p99 ÷ p50",
    "÷ bare",
    "÷ PostGraphile",
    "CPU ms",
    "bytes",
)
_GOALS: Final = (
    "operation",
    "ours ÷ PostGraphile",
    "goal",
    "ours ÷ bare",
    "goal",
    "cached ÷ bare",
    "goal",
    "p99 ÷ p50",
    "goal",
)
_NONE: Final = "–"
_WORST: Final = 5


def reads_markdown(figures: Reads) -> str:
    """What was to be reached, every server's figures, and the recorded operations."""
    lines = [_row(_GOALS), _rule(_GOALS, 1)]
    lines += [_row(_goals(figures, operation)) for operation in ASKED]
    lines += ["", _row(_HEAD), _rule(_HEAD, 2)]
    for operation in ASKED:
        for server in _SERVERS:
            lines.append(_row([operation.title, server, *_cells(figures, operation, server)]))
    return "\n".join([*lines, "", *_recorded(figures.recorded), *_notes(figures)])


def _goals(figures: Reads, operation: Operation) -> list[str]:
    single = operation.name == "order"
    times = [_ratio(figures, operation, OURS, THEIRS), _ratio(figures, operation, OURS, BARE)]
    cached = _ratio(figures, operation, CACHED, BARE)
    p50, p99 = _percentiles(figures.rounds[operation.name, OURS])
    return [
        operation.title,
        _said(times[0]),
        ("0.7" if single else "1.5") if times[0] else _NONE,
        _said(times[1]),
        _NONE if single else "0.5",
        _said(cached),
        _NONE if operation.asker else "1.3",
        f"{p99 / p50:.1f}",
        "4",
    ]


def _cells(figures: Reads, operation: Operation, server: str) -> list[str]:
    rounds = figures.rounds.get((operation.name, server))
    if not rounds:
        return [_NONE] * (len(_HEAD) - 2)
    p50, p99 = _percentiles(rounds)
    return [
        f"{median(map(_rate, rounds)):,.0f}",
        f"{p50:.1f}",
        f"{p99:.1f}",
        f"{p99 / p50:.1f}",
        _said(_ratio(figures, operation, server, BARE)),
        _said(_ratio(figures, operation, server, THEIRS)),
        f"{median(map(_cpu_ms, figures.cpu[operation.name, server], rounds)):.2f}",
        f"{figures.sizes[operation.name][server]:,}",
    ]


def _ratio(figures: Reads, operation: Operation, server: str, other: str) -> float | None:
    """Of rates: the median of the rounds, in each of which both had their turn."""
    mine = figures.rounds.get((operation.name, server))
    theirs = figures.rounds.get((operation.name, other))
    if not mine or not theirs:
        return None
    return median(_rate(one) / _rate(two) for one, two in zip(mine, theirs, strict=True))


def _rate(each: Round) -> float:
    return len(each.latencies) / each.seconds


def _cpu_ms(seconds: float, each: Round) -> float:
    return seconds / len(each.latencies) * 1000


def _percentiles(rounds: Sequence[Round]) -> tuple[float, float]:
    """The median and the 99th of a hundred, in ms, of all rounds together."""
    latencies = sorted(latency * 1000 for each in rounds for latency in each.latencies)
    return median(latencies), latencies[len(latencies) * 99 // 100]


def _recorded(found: Sequence[dict[str, Any]]) -> list[str]:
    rated = sorted((each["ratio"], each["lowered_ms"], each["name"]) for each in found)
    ratios = [ratio for ratio, *_ in rated]
    worst = ", ".join(f"{name} {ratio:.2f} ({ms:.1f} ms)" for ratio, ms, name in rated[:_WORST])
    return [
        f"- Recorded reads of customers and staff, with lowering and without in turn: "
        f"{len(rated)}, {median(ratios):.2f} times as fast in the median; below 0.9 times: "
        f"{sum(ratio < 0.9 for ratio in ratios)}. The {_WORST} that gain least: {worst}.",
    ]


def _notes(figures: Reads) -> list[str]:
    every = [each for rounds in figures.rounds.values() for each in rounds]
    load = mean(each.cpu_seconds / len(each.latencies) for each in every) * 1e6
    busiest = max(each.cpu_seconds / each.seconds for each in every)
    return [
        f"- The load takes {load:.0f} µs of CPU a request, and {busiest:.0%} of a core at most.",
        f"- {os.cpu_count()} cores, which the server, PostgreSQL and the load share; Python "
        f"{platform.python_version()}, PostgreSQL {figures.postgres}; one worker with 4 threads, "
        f"of PostGraphile one process with 10 connections; 16 connections kept alive; rounds of "
        f"{SECONDS} s in which the servers take turns, ratios are their medians.",
    ]


def _said(ratio: float | None) -> str:
    return _NONE if ratio is None else f"{ratio:.2f}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(head: Sequence[str], names: int) -> str:
    return _row([*["---"] * names, *["---:"] * (len(head) - names)])
