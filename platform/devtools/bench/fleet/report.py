"""The fleet's figures as Markdown, ready for the README."""

import os
import platform
from collections.abc import Iterable, Sequence
from statistics import median, quantiles

from devtools.bench.fleet.run import FEW, FleetFigures


def markdown(figures: FleetFigures) -> str:
    """A table of what grows with the fleet, then what else was measured, and on what."""
    few, many = figures.onboarded
    rows = [
        ("", f"{FEW} tenants", f"{figures.tenants:,} tenants", "ratio"),
        ("---", "---:", "---:", "---:"),
    ]
    for title, of in (
        ("onboarding: the mutation answered", "answered"),
        ("onboarding: the mutation, and the first priced quote", "with_quote"),
        ("onboarding: until a customer who had to sign in has it", "until_quoted"),
    ):
        took = {
            name: [getattr(each, of) for each in figures.onboarded[name]] for name in (few, many)
        }
        for what, chosen in (("p50", median), ("p95", _p95)):
            rows.append(_compared(f"{title}, {what} ms", chosen(took[few]), chosen(took[many])))
    warm = figures.storefront
    rows.append(
        _compared("storefront, the same ten tenants, p50 ms", median(warm[few]), median(warm[many]))
    )
    turn = figures.in_turn
    rows.append(
        _compared("storefront, every tenant in turn, p50 ms", median(turn[few]), median(turn[many]))
    )
    rows.append(
        (
            "connections of the web server",
            str(figures.connections[few]),
            str(figures.connections[many]),
            "",
        )
    )
    for number, whose in enumerate(("the web server", "the database backend that has most")):
        rows.append(
            (
                f"open files of {whose}",
                str(figures.files[few][number]),
                str(figures.files[many][number]),
                "",
            )
        )
    return "\n".join([*_table(rows), "", *_releases(figures), "", *_others(figures)])


def _compared(title: str, few: float, many: float) -> tuple[str, str, str, str]:
    return title, f"{few * 1000:.1f}", f"{many * 1000:.1f}", f"{many / few:.2f}"


def _p95(took: Sequence[float]) -> float:
    return quantiles(took, n=20)[-1]


def _releases(figures: FleetFigures) -> Iterable[str]:
    titles = {
        "base": "nothing to do",
        "column": "one added column with an index",
        "data": "one RunPython",
    }
    rows = [
        ("release", "schemas", "seconds", "ms a schema", "django-tenants, ms a schema", "ratio"),
        ("---", "---:", "---:", "---:", "---:", "---:"),
    ]
    for release in figures.releases:
        each = release["seconds"] / release["schemas"] * 1000
        theirs = figures.theirs.get(release["release"])
        other = theirs["seconds"] / theirs["schemas"] * 1000 if theirs else None
        rows.append(
            (
                titles[release["release"]],
                f"{release['schemas']:,}",
                f"{release['seconds']:.2f}",
                f"{each:.1f}",
                f"{other:.0f}" if other else "",
                f"{other / each:.0f}" if other else "",
            )
        )
    return _table(rows)


def _others(figures: FleetFigures) -> Iterable[str]:
    created = median(figures.created)
    _, many = figures.onboarded
    answered = median([each.answered for each in figures.onboarded[many]])
    yield (
        f"- A schema by django-tenants' own way, its migrations: {created:.1f} s, "
        f"{created / answered:.0f} times a whole onboarding here."
    )
    backend = figures.backend
    if backend:
        held = ", ".join(f"{mb:.0f} MB after {number}" for number, mb in backend["held"].items())
        yield (
            f"- Private memory of one backend that is never given up, tenants touched: {held}; as "
            f"requests use them: at most {backend['largest']:.0f} MB, in {backend['backends']} "
            "backends."
        )
    beside = figures.neighbours
    yield (
        f"- Neighbours: p99 of eight tenants {beside['quiet_ms']:.0f} ms; "
        f"{beside['at_limit_ratio']:.2f} times that beside one at its limit of "
        f"{beside['limit']:.0f} requests/s, "
        f"{beside['far_above_ratio']:.2f} beside one at ten times its limit "
        f"({beside['refused']:,} refused)."
    )
    yield (
        f"- {os.cpu_count()} cores that also carry the load, Python {platform.python_version()}; "
        "two PostgreSQL servers and two web workers with 4 threads, measured in turn."
    )


def _table(rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in rows]
