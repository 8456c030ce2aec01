"""The clock of these tests."""

import pytest

from tests.booking.day import Time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The clock, which stands on a Monday morning."""
    return Time(monkeypatch)
