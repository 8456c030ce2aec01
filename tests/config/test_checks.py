"""What the settings must say before anything runs."""

import pytest
from pytest_django import Settings

from config.checks import new_tenants_have_a_server


@pytest.mark.parametrize(
    ("named", "problems"),
    [(["main"], 0), (["main", "second"], 0), (["main", "third"], 1), ([], 1)],
)
def test_new_tenants_have_a_server(settings: Settings, named: list[str], problems: int):
    settings.DATABASE_SERVERS = {"second": {}}
    settings.SERVERS_FOR_NEW_TENANTS = named
    assert len(new_tenants_have_a_server(None)) == problems
