"""What one tenant at its rate limit does to the others."""

from statistics import median
from typing import Any, Final

from devtools.bench.fleet.client import STOREFRONT
from devtools.bench.steady import Stream, Taken, run_together

ROUNDS: Final = 5
SECONDS: Final = 12.0
OTHERS: Final = 8
RATE_OF_OTHERS: Final = 3.0
"""Requests a second of each of the others: together about a third of what a worker can do."""


def neighbours(port: int, *, hosts: list[str], limit: float, quick: bool) -> dict[str, Any]:
    """p99 of `OTHERS` tenants alone, and beside one that sends at its `limit` and at ten times it.

    Rounds alternate, and each ratio is the median of them. Milliseconds.
    """
    others, noisy = hosts[:OTHERS], hosts[OTHERS]
    rounds: list[dict[str, Any]] = []
    for _ in range(1 if quick else ROUNDS):
        quiet = _p99(_load(port, others, None, 0))
        at_limit = _load(port, others, noisy, limit)
        far_above = _load(port, others, noisy, limit * 10)
        rounds.append(
            {
                "quiet": quiet,
                "at_limit": _p99(at_limit[:-1]),
                "far_above": _p99(far_above[:-1]),
                "refused": far_above[-1].statuses.get("429", 0),
                "served": far_above[-1].statuses.get("200", 0),
            }
        )
    return {
        "limit": limit,
        "quiet_ms": median(each["quiet"] for each in rounds) * 1000,
        "at_limit_ratio": median(each["at_limit"] / each["quiet"] for each in rounds),
        "far_above_ratio": median(each["far_above"] / each["quiet"] for each in rounds),
        "refused": sum(each["refused"] for each in rounds),
        "served": sum(each["served"] for each in rounds),
    }


def _load(port: int, others: list[str], noisy: str | None, rate: float) -> list[Taken]:
    body = f'{{"query": "{" ".join(STOREFRONT.split())}"}}'
    streams = [
        Stream(port, {"Host": host}, body, rate=RATE_OF_OTHERS, seconds=SECONDS) for host in others
    ]
    if noisy is not None:
        streams.append(Stream(port, {"Host": noisy}, body, rate=rate, seconds=SECONDS))
    return run_together(streams)


def _p99(taken: list[Taken]) -> float:
    latencies = sorted(latency for each in taken for latency in each.latencies)
    return latencies[len(latencies) * 99 // 100]
