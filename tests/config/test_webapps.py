"""The panel and the console: on their own hosts alone, in the tenant's brand, strictly served."""

import json
import re

import pytest

from config import webapps
from kernel.tenancy import tenant_scope
from tenants.brand.models import Settings

ALPHA, BETA, PLATFORM = "alpha.localhost", "beta.localhost", "platform.localhost"
PAGE = """<!doctype html><html lang="__LANGUAGE__"><head><title>__TITLE__</title>
<meta property="csp-nonce" nonce="__NONCE__"><link rel="icon" href="__ICON__">
<script type="application/json" id="boot">__BOOT__</script></head></html>"""


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A folder that looks as if both apps had been built in it."""
    for app in (webapps.PANEL, webapps.CONSOLE):
        assets = tmp_path / app / "dist" / "assets"
        assets.mkdir(parents=True)
        (assets.parent / "index.html").write_text(PAGE)
        (assets / "index-abc.js").write_text(f"// {app}")
        (assets / "index-abc.js.br").write_bytes(b"brotli")
        (assets / "index-abc.js.gz").write_bytes(b"gzip")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(webapps, "_FOLDER", tmp_path)
    return tmp_path


def boot_of(response):
    found = re.search(r'id="boot">(.*?)</script>', response.content.decode(), re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize(
    ("path", "here", "elsewhere"),
    [("/panel", ALPHA, PLATFORM), ("/console", PLATFORM, ALPHA)],
)
def test_each_app_is_on_its_own_hosts(client, built, path, here, elsewhere):
    for address in (path, f"{path}/", f"{path}/orders", f"{path}/assets/index-abc.js"):
        assert client.get(address, headers={"host": here}).status_code == 200
        wrong = client.get(address, headers={"host": elsewhere})
        assert wrong.status_code == 404
        unknown = client.get("/no-such-path", headers={"host": elsewhere})
        assert unknown.status_code == 404
    assert client.post(path, headers={"host": here}).status_code == 405


def test_the_page_wears_the_brand_of_its_host(client, built):
    names = {}
    for host in (ALPHA, BETA):
        page = client.get("/panel", headers={"host": host})
        brand = boot_of(page)["brand"]
        names[host] = brand["name"]
        assert brand["name"] in page.content.decode()
        assert re.fullmatch(r"#[0-9a-f]{6}", brand["primaryColor"])
    assert names[ALPHA] != names[BETA]
    owner = boot_of(client.get("/console", headers={"host": PLATFORM}))["brand"]
    assert owner["name"] == "Daiqu"


def test_the_policy_lets_in_no_script_of_anybody_else(client, built):
    nonces = set()
    for _ in range(2):
        page = client.get("/panel", headers={"host": ALPHA})
        policy = dict(part.split(" ", 1) for part in page["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert "unsafe" not in page["Content-Security-Policy"]
        assert page["Cache-Control"] == "no-store"
        found = re.search(r'nonce="([^"]+)"', page.content.decode())
        assert found
        assert policy["style-src"] == f"'self' 'nonce-{found[1]}'"
        nonces.add(found[1])
    assert len(nonces) == 2


def test_tiles_come_only_from_where_the_map_style_lies(client, built, settings):
    settings.MAP_STYLE_URL = "https://tiles.example/style.json?key=1"
    page = client.get("/panel", headers={"host": ALPHA})
    policy = dict(part.split(" ", 1) for part in page["Content-Security-Policy"].split("; "))
    assert policy["connect-src"].endswith(" https://tiles.example")
    assert policy["img-src"] == "'self' data: blob: https://tiles.example"
    assert boot_of(page)["mapStyleUrl"] == settings.MAP_STYLE_URL


def test_a_name_cannot_end_the_element_it_stands_in(client, built, alpha):
    evil = "</script><script>alert(1)</script>__BOOT__"
    with tenant_scope(alpha):
        Settings.objects.update(name={"zh-Hans": evil, "en": evil})
    page = client.get("/panel", headers={"host": ALPHA})
    assert "<script>alert" not in page.content.decode()
    assert boot_of(page)["brand"]["name"] == evil


def test_assets_are_kept_for_ever_and_sent_small(client, built):
    address, host = "/panel/assets/index-abc.js", {"host": ALPHA}
    plain = client.get(address, headers=host)
    assert plain.content == b"// panel"
    assert plain["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain["Content-Type"] == "text/javascript; charset=utf-8"
    for offered, encoding in (("gzip, deflate, br;q=1.0", "br"), ("gzip", "gzip")):
        packed = client.get(address, headers={**host, "accept-encoding": offered})
        assert packed["Content-Encoding"] == encoding
        assert packed["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "name", ["gone.js", "../index.html", "..%2f..%2f..%2fsecret.txt", ".sources", "", "a/b.js"]
)
def test_nothing_else_is_an_asset(client, built, name):
    answer = client.get(f"/panel/assets/{name}", headers={"host": ALPHA})
    assert b"secret" not in answer.content
    assert answer.status_code == 404 or answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("language", "says"), [("en-GB", "Being built"), ("zh-CN", "正在构建")])
def test_until_it_is_built_a_page_says_so_and_asks_again(
    client, tmp_path, monkeypatch, language, says
):
    monkeypatch.setattr(webapps, "_FOLDER", tmp_path)
    answer = client.get("/panel", headers={"host": ALPHA, "accept-language": language})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert says in answer.content.decode()
    assert 'http-equiv="refresh"' in answer.content.decode()


def test_an_invitation_leads_to_the_panel(client):
    answer = client.get("/invite?token=a%2Bb", headers={"host": ALPHA})
    assert answer.status_code == 302
    assert answer["Location"] == "/panel/invite?token=a%2Bb"
    assert client.get("/invite?token=x", headers={"host": PLATFORM}).status_code == 404
