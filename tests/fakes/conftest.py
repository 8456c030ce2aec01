"""A fake of Stripe per test, and the official SDK pointed at it."""

from collections.abc import Iterator

import pytest
import stripe

from tests.fakes.stripe.client import Fake, running_fake


@pytest.fixture
def fake() -> Iterator[Fake]:
    """A fake with nothing in it."""
    with running_fake() as running:
        yield running


@pytest.fixture
def api(fake: Fake) -> stripe.StripeClient:
    """The SDK's client of the platform's account."""
    return stripe.StripeClient(fake.key, base_addresses={"api": fake.url})
