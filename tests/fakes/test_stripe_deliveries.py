"""The fake's webhooks: signed, at least once, held and spoiled on request."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe

from tests.fakes.stripe.client import Fake


class Receiver(ThreadingHTTPServer):
    """Takes what is sent to it, as the SDK takes it; `refuse` is how many times it says 500."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secret = ""
        self.refuse = 0
        self.taken: list[stripe.Event] = []
        self.wrong: list[str] = []

    @property
    def kinds(self) -> list[str]:
        return [event.type for event in self.taken]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 200
        try:
            event = stripe.Webhook.construct_event(
                body, self.headers.get("Stripe-Signature"), self.server.secret
            )
            if self.server.refuse:
                self.server.refuse -= 1
                status = 500
            else:
                self.server.taken.append(event)
        except stripe.SignatureVerificationError as error:
            self.server.wrong.append(str(error))
            status = 400
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def receiver(api: stripe.StripeClient) -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        url = f"http://anything.localhost:{server.server_address[1]}/hook"
        endpoint = api.v1.webhook_endpoints.create(
            {"url": url, "enabled_events": ["customer.*", "price.created"]}
        )
        assert endpoint.secret
        server.secret = endpoint.secret
        yield server
        server.shutdown()


def wait_until(condition: Any) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_what_was_asked_for_arrives_signed_and_in_order(
    fake: Fake, api: stripe.StripeClient, receiver: Receiver
):
    customer = api.v1.customers.create({"name": "Maya"})
    api.v1.products.create({"name": "not asked for"})
    api.v1.customers.update(customer.id, {"name": "Ines"})
    api.v1.customers.delete(customer.id)
    wait_until(lambda: len(receiver.taken) == 3)
    assert receiver.kinds == ["customer.created", "customer.updated", "customer.deleted"]
    changed = receiver.taken[1].data
    assert changed.object["name"] == "Ines"
    assert changed.previous_attributes.to_dict() == {"name": "Maya"}
    wait_until(lambda: api.v1.events.list({"delivery_success": False}).data == [])
    listed = api.v1.events.list({"type": "customer.*"}).data
    assert [event.id for event in listed] == [event.id for event in receiver.taken[::-1]]
    assert api.v1.events.list({"types": ["product.created"]}).data[0].type == "product.created"


def test_what_is_not_taken_comes_again(fake: Fake, api: stripe.StripeClient, receiver: Receiver):
    receiver.refuse = 2
    api.v1.customers.create({})
    wait_until(lambda: len(receiver.taken) == 1)
    wait_until(lambda: fake.deliveries()[0]["state"] == "done")
    assert fake.deliveries()[0]["statuses"] == [500, 500, 200]


def test_a_test_says_what_goes_when(fake: Fake, api: stripe.StripeClient, receiver: Receiver):
    fake.hold()
    customer = api.v1.customers.create({})
    for name in ("a", "b", "c"):
        api.v1.customers.update(customer.id, {"name": name})
    made, a, b, c = [event["id"] for event in fake.events("customer")]
    assert receiver.taken == []
    assert fake.send(c, a, a) == [200, 200, 200]
    assert [event.id for event in receiver.taken] == [c, a, a]
    fake.drop(b)
    fake.hold(False)
    states = ["done", "done", "dropped", "done"]
    wait_until(lambda: [each["state"] for each in fake.deliveries()] == states)
    assert [event.id for event in receiver.taken] == [c, a, a, made]
    assert fake.send(made) == [200]


@pytest.mark.parametrize(
    "spoiled", ["unsigned", "tampered", "old", "wrong_secret", "garbage_header"]
)
def test_what_is_spoiled_is_refused(
    fake: Fake, api: stripe.StripeClient, receiver: Receiver, spoiled: str
):
    fake.hold()
    api.v1.customers.create({})
    [event] = [event["id"] for event in fake.events("customer")]
    assert fake.send(event, spoiled=spoiled) == [400]
    assert receiver.taken == [] and len(receiver.wrong) == 1


def test_a_connected_accounts_events_go_to_connects_endpoint(
    fake: Fake, api: stripe.StripeClient, receiver: Receiver
):
    theirs = api.v1.accounts.create({"type": "express"}).id
    url = api.v1.webhook_endpoints.list().data[0].url
    endpoint = api.v1.webhook_endpoints.create(
        {"url": url, "enabled_events": ["*"], "connect": True}
    )
    receiver.secret = str(endpoint.secret)
    api.v1.customers.create({}, {"stripe_account": theirs})
    wait_until(lambda: len(receiver.taken) == 1)
    assert receiver.taken[0].account == theirs


def test_nobody_there_is_no_answer(fake: Fake, api: stripe.StripeClient):
    api.v1.webhook_endpoints.create({"url": "http://127.0.0.1:1/", "enabled_events": ["*"]})
    fake.hold()
    api.v1.customers.create({})
    assert fake.send(fake.events()[0]["id"]) == [0]
