"""The Host header decides the tenant."""

import pytest
from django.test import Client

from registry import resolver as resolvers
from registry.resolver import resolver
from tests.support.graphql import Api


def test_each_host_answers_its_own_brand():
    for _ in range(2):
        assert Api("alpha.localhost").run("{ brand { currency } }") == {
            "brand": {"currency": "CNY"}
        }
        assert Api("beta.localhost:8000").run("{ brand { currency } }") == {
            "brand": {"currency": "GBP"}
        }


def test_an_unknown_host_is_a_404_that_names_nothing():
    for host in ("gamma.localhost", "", "alpha.localhost.evil", "[::1", "a" * 300):
        response = Client(headers={"host": host}).get("/graphql")
        assert response.status_code == 404
        assert response.json() == {
            "errors": [{"message": "Not found.", "extensions": {"code": "NOT_FOUND"}}]
        }


def test_a_proxy_may_ask_which_hosts_are_ours():
    client = Client()
    for domain, status in (
        ("alpha.localhost", 200),
        ("platform.localhost", 200),
        ("gamma.localhost", 404),
        ("", 404),
    ):
        assert client.get("/served", {"domain": domain}).status_code == status


def test_what_was_being_read_while_the_register_changed_is_not_remembered():
    resolver.by_host("alpha.localhost")  # the listener is up, so that answers are kept at all
    asked = []

    def stale() -> None:
        asked.append(1)
        if len(asked) == 1:
            resolver.clear()

    for _ in range(3):
        assert resolver._cached("host:omega.localhost", stale) is None
    assert len(asked) == 2


def test_names_that_nobody_has_push_no_operator_out(monkeypatch: pytest.MonkeyPatch):
    """Anybody may ask for any number of them."""
    monkeypatch.setattr(resolvers, "MAX_UNKNOWN", 20)
    assert resolver.wait_until_listening(10)
    alpha = resolver.by_host("alpha.localhost")
    assert alpha is not None
    for number in range(50):
        assert resolver.by_host(f"{number}.localhost") is None
        assert resolver.by_host("alpha.localhost") is alpha
    assert len(resolver._answers.unknown) <= 20
