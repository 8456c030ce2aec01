"""The endpoint's tests run on a small schema of their own."""

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _small_schema(settings):
    settings.ROOT_URLCONF = "tests.http.urls"


@pytest.fixture
def client() -> Client:
    """Django's in-process client on alpha's host; an exception in a view is a failure."""
    return Client(headers={"host": "alpha.localhost", "accept-language": "en"})
