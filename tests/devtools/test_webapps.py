"""The web apps are built once for the sources as they are, and not by two processes at a time."""

import pytest

from devtools import webapps


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A workspace with a source of each app, and with what is none."""
    for path in (
        "kit/src/a.ts",
        "panel/src/b.tsx",
        "console/src/c.tsx",
        "operations/owner/d.graphql",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "package.json").write_text("{}")
    monkeypatch.setattr(webapps, "FRONTENDS", tmp_path)
    return tmp_path


def test_what_is_made_of_the_sources_is_none_of_them(sources):
    before = webapps.sources_digest()
    for path in ("node_modules/x.js", "panel/dist/y.js", "client/src/generated/z.ts"):
        (sources / path).parent.mkdir(parents=True, exist_ok=True)
        (sources / path).write_text("made")
    assert webapps.sources_digest() == before


@pytest.mark.parametrize("path", ["kit/src/a.ts", "operations/owner/d.graphql", "package.json"])
def test_every_change_of_a_source_is_seen(sources, path):
    before = webapps.sources_digest()
    (sources / path).write_text("changed")
    changed = webapps.sources_digest()
    assert changed != before
    (sources / path).rename(sources / f"{path}.moved")
    assert webapps.sources_digest() != changed


def test_what_is_built_already_is_left_alone(sources):
    for app in webapps.APPS:
        (sources / app / "dist").mkdir()
        (sources / app / "dist" / ".sources").write_text(webapps.sources_digest())
    said = []
    webapps.webapps_build(said.append)
    assert said == []
