"""Stripe's fake and our own server, for the tests that pay."""

import threading
from collections.abc import Iterator
from io import StringIO
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import stripe
from django.core.management import call_command

from config.handlers import WSGIHandler
from tests.billing.till import LISTENED, Till
from tests.fakes.stripe.client import Fake, running_fake
from tests.support.database import PLATFORM_HOST


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def web(_worker_database: None) -> Iterator[int]:
    """The port of our own server, in threads of this process."""
    server = make_server("127.0.0.1", 0, WSGIHandler(), server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def fake() -> Iterator[Fake]:
    """A Stripe with nothing in it."""
    with running_fake() as running:
        yield running


@pytest.fixture
def till(fake: Fake, web: int, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Till:
    """Payments set up: keys, prices of the plans on offer, a webhook endpoint at our server."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = fake.key, fake.url
    api = stripe.StripeClient(fake.key, base_addresses={"api": fake.url})
    call_command("billing", "sync", stdout=StringIO())
    endpoint = api.v1.webhook_endpoints.create(
        {
            "url": f"http://{PLATFORM_HOST}:{web}/webhooks/stripe",
            "enabled_events": LISTENED,  # type: ignore[typeddict-item]
        }
    )
    settings.STRIPE_WEBHOOK_SECRET = endpoint.secret
    return Till(fake, api, monkeypatch)
