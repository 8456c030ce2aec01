"""Is the process up, and can it serve."""

from django.db import OperationalError
from django.test import Client

from config import views

NOWHERE = Client(headers={"host": "10.1.2.3:8000"})  # a probe knows no tenant


def test_healthz_asks_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = NOWHERE.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "up"})


def test_readyz_when_all_is_there():
    response = NOWHERE.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "checks": {"database": True, "migrations": True, "layer": True},
    }


def test_readyz_names_what_is_missing_and_no_more(settings, monkeypatch):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    response = NOWHERE.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": True, "migrations": True, "layer": False}
    assert b"secret" not in response.content
    settings.REDIS_URL = ""  # hints stay in the process
    assert NOWHERE.get("/readyz").status_code == 200
    monkeypatch.setattr(views, "_known_migrations", lambda: {("catalog", "9999_tomorrow")})
    response = NOWHERE.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": True, "migrations": False, "layer": True}
    monkeypatch.setattr(views, "_database", unreachable)
    response = NOWHERE.get("/readyz")
    assert response.json()["checks"]["database"] is False
    assert b"secret" not in response.content


def unreachable() -> bool:
    raise OperationalError("password=secret")
