"""Of where a request came from, only what our own proxies say is believed."""

import pytest
from pytest_django import Settings

from kernel.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.1.1.1", "10.0.0.9"),  # anybody can write that
        (1, "", "10.0.0.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "9.9.9.9, 1.1.1.1,2.2.2.2", "1.1.1.1"),
        (1, "nonsense", ""),
        (1, "::ffff:1.1.1.1", "1.1.1.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_whom_a_request_comes_from(settings: Settings, proxies: int, forwarded: str, client: str):
    settings.TRUSTED_PROXIES = proxies
    assert client_address(peer="10.0.0.9", forwarded=forwarded) == client
