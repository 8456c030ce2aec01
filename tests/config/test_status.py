"""The status page says what works, in the reader's language, and is cheap to ask."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from config import status
from devtools.servers.process import free_port
from kernel import clock
from kernel.tenancy import platform_scope
from registry.models import PlatformAnnouncement
from tests.support.cast import olga
from tests.support.database import PLATFORM_HOST, admin_connection
from tests.support.threads import at_once


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Nothing has been looked at yet."""
    status.board._look, status.board._until = None, 0.0
    yield
    status.board._look = None


@pytest.fixture
def _worker() -> None:
    """A worker has just given a sign of life."""
    with admin_connection() as admin:
        admin.execute("INSERT INTO queue.procrastinate_workers (last_heartbeat) VALUES (now())")


def get(path: str = "/status.json", host: str = PLATFORM_HOST, **headers: str) -> Any:
    return Client(headers={"host": host, **headers}).get(path)


def announce(kind: str, title: str, starts: int, ends: int | None = None) -> None:
    """From and to hours from now."""
    now = clock.now()
    with platform_scope():
        PlatformAnnouncement.objects.create(
            kind=kind,
            title={"en": title, "zh-Hans": f"{title}(中)"},
            body={"en": "<b>Body</b>"},
            starts_at=now + timedelta(hours=starts),
            ends_at=None if ends is None else now + timedelta(hours=ends),
            account_id=olga().owner.account_id,
            created_at=now,
        )


def up() -> dict[str, bool]:
    return {
        each["name"] + (f" {each['server']}" if each["server"] else ""): each["up"]
        for each in get().json()["components"]
    }


def titles(which: str) -> list[str]:
    return [each["title"]["en"] for each in get().json()[which]]


@pytest.mark.usefixtures("_worker")
def test_all_is_well():
    answer = get().json()
    assert answer["status"] == "up"
    assert up() == {"api": True, "database": True, "worker": True, "live": True}
    assert datetime.fromisoformat(answer["at"])
    assert (answer["present"], answer["past"]) == ([], [])


def test_what_does_not_work(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "REDIS_URL", f"redis://127.0.0.1:{free_port()}")
    gone = {
        alias: {**database, "HOST": "127.0.0.1", "PORT": free_port()}
        for alias, database in settings.DATABASES.items()
    }
    monkeypatch.setattr(settings, "DATABASE_SERVERS", {"second": gone})
    assert up() == {
        "api": True,
        "database main": True,
        "worker main": False,
        "database second": False,
        "worker second": False,
        "live": False,
    }
    assert get().json()["status"] == "disturbed"
    assert "Something is wrong." in get("/status").content.decode()


@pytest.mark.usefixtures("_worker")
def test_incidents_and_maintenance():
    announce("news", "News", -1)
    announce("maintenance", "Planned", 5, 6)
    announce("maintenance", "Long over", -24 * 20, -24 * 15)
    announce("incident", "Over", -5, -4)
    announce("maintenance", "Never came", 3, -1)
    assert titles("present") == ["Planned"] and titles("past") == ["Over"]
    assert get().json()["status"] == "up"
    announce("incident", "Now", -1)
    status.board._until = 0.0
    assert titles("present") == ["Planned", "Now"]
    assert get().json()["status"] == "disturbed"


def test_a_page_for_people():
    announce("incident", "Slow <script>alert(1)</script>", -1)
    english = get("/status", **{"accept-language": "fr, en;q=0.5"})
    chinese = get("/status", **{"accept-language": "zh-CN,zh;q=0.9"}).content.decode()
    page = english.content.decode()
    assert page.startswith('<!doctype html><html lang="en">') and 'lang="zh-Hans"' in chinese
    assert "Incidents and maintenance" in page and "当前事件与维护" in chinese
    assert "Slow &lt;script&gt;" in page and "(中)" in chinese
    assert "<script" not in page and "&lt;b&gt;Body" in page
    style = re.search("<style>(.*?)</style>", page)[1]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = english.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and f"style-src 'sha256-{digest}'" in policy
    assert english.headers["Vary"] == "Accept-Language"
    assert english.headers["Cache-Control"] == "public, max-age=5"


def test_asking_often_costs_nothing(django_assert_num_queries):
    first = get().json()
    with django_assert_num_queries(0):
        for _ in range(5):
            assert get().json() == first
            get("/status")
    status.board._until = 0.0
    assert get().json()["at"] > first["at"]


def test_of_many_at_once_one_looks():
    asked = [lambda: get().json()["at"]] * 8
    first = {*at_once(*asked)}
    assert len(first) == 1
    status.board._until = 0.0
    later = {*at_once(*asked)}
    assert len(later - first) == 1  # the others may have had what was known


def test_on_the_platforms_host_alone():
    for path in ("/status", "/status.json"):
        assert get(path, host="alpha.localhost").status_code == 404
        assert get(path, host="nobody.localhost").status_code == 404
        client = Client(headers={"host": PLATFORM_HOST})
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405
