"""GraphiQL: served by us alone, under a strict policy, a hint where it is not installed."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from schema.http import graphiql
from tests.http.test_endpoint import JSON

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SOURCE = Path(settings.BASE_DIR) / "frontend_contracts" / "graphiql"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A folder that looks as if `npm ci` had run in it."""
    for path, _ in graphiql._FILES.values():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"// {path}")
    (tmp_path / "index.html").write_text((SOURCE / "index.html").read_text())
    monkeypatch.setattr(graphiql, "_FOLDER", tmp_path)


@pytest.mark.parametrize("host", ["alpha.localhost:8000", "beta.localhost", "platform.localhost"])
def test_a_browser_gets_the_page_on_every_host(client, installed, host):
    response = client.get("/graphql", headers={**BROWSER, "host": host})
    assert response.status_code == 200
    assert response["Content-Type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://{host} wss://{host}"


def test_whatever_the_page_names_is_served_and_nothing_else(client, installed):
    page = client.get("/graphql", headers=BROWSER).content.decode()
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert sorted(named) == sorted(f"/graphiql/{name}" for name in graphiql._FILES)
    for address in named:
        response = client.get(address)
        assert response.status_code == 200
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Type"].startswith(("text/javascript", "text/css"))
    for name in ("package.json", "index.html", "..%2f..%2fmanage.py", "%2e%2e", "node_modules"):
        assert client.get(f"/graphiql/{name}").status_code == 404


def test_the_page_loads_nothing_from_elsewhere():
    for name in ("index.html", "start.js", "start.css"):
        assert "://" not in (SOURCE / name).read_text()


def test_before_it_is_installed_there_is_a_hint(client, tmp_path, monkeypatch):
    monkeypatch.setattr(graphiql, "_FOLDER", tmp_path)
    response = client.get("/graphql", headers=BROWSER)
    assert response.status_code == 404
    assert "npm ci" in response.content.decode()
    assert client.get("/graphiql/start.js").status_code == 404


def test_a_program_gets_json_at_the_same_address(client, installed):
    for accept in (JSON, "*/*", f"{JSON}, text/html;q=0.5"):
        response = client.get("/graphql", {"query": "{ hello }"}, headers={"accept": accept})
        assert response.json() == {"data": {"hello": "hello"}}


def test_the_lock_names_no_registry():
    lock = (SOURCE / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
