"""The database server that holds the register is away: said so, and over as soon as it is back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from devtools.servers.process import free_port
from kernel.tenancy import TenantRef
from registry.resolver import resolver


@pytest.fixture
def away(settings: Any) -> Iterator[None]:
    """Nobody listens where the server was, and nothing of the register is remembered."""
    settings.ROOT_URLCONF = "config.urls"
    wrapper: Any = connections["default"]
    before = wrapper.settings_dict["PORT"]

    def move(port: str) -> None:
        wrapper.close()
        wrapper.close_pool()
        wrapper.settings_dict["PORT"] = port
        resolver.clear()

    move(str(free_port()))
    try:
        yield
    finally:
        move(before)


def asked() -> Any:
    client = Client(headers={"host": "alpha.localhost"}, raise_request_exception=False)
    return client.post("/graphql", {"query": "{ __typename }"}, content_type="application/json")


def test_a_host_that_nobody_can_look_up_is_told_to_come_back(alpha: TenantRef, away: None):
    answer = asked()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


def test_once_it_is_back_all_is_as_before(alpha: TenantRef, away: None):
    assert asked().status_code == 503
    wrapper: Any = connections["default"]
    wrapper.close_pool()
    wrapper.settings_dict["PORT"] = connections["owner"].settings_dict["PORT"]
    assert asked().status_code == 200
