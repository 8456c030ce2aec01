"""Webhook endpoints, and events on their way to them: at least once, in no promised order.

By itself a thread delivers what happens, in order, and tries again what was not answered with 2xx.
A test may hold it, and then says what goes where: in another order, twice, spoiled, or not at all.
"""

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.stripe.errors import invalid
from tests.fakes.stripe.events import matches
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.signing import signature
from tests.fakes.stripe.world import Account, Obj, World, public

TRIES = 6
FIRST_WAIT = 0.2
"""Seconds until an event is sent again; doubled each time. Stripe's are hours."""
TIMEOUT = 10

SPOILED = ("unsigned", "tampered", "old", "wrong_secret", "garbage_header")
"""How a delivery can be wrong: what is refused by whoever checks it."""


@route("POST", "/v1/webhook_endpoints")
def create(call: Call) -> Obj:
    """Send events to a URL; the secret is told this once."""
    params = call.params
    url, kinds = params.need("url"), params.texts("enabled_events")
    connect, description = params.flag("connect"), params.text("description")
    version, metadata = params.text("api_version"), params.metadata()
    params.done()
    if not kinds:
        raise invalid("Missing required param: enabled_events.", param="enabled_events")
    endpoint = call.account.new(
        "we",
        "webhook_endpoint",
        api_version=version,
        application=None,
        description=description,
        enabled_events=kinds,
        metadata=metadata,
        status="enabled",
        url=url,
        _connect=bool(connect),
        _secret=f"whsec_{uuid.uuid4().hex}",
    )
    return endpoint | {"secret": endpoint["_secret"]}


@route("GET", "/v1/webhook_endpoints/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One endpoint."""
    call.params.done()
    return call.account.get("webhook_endpoint", id)


@route("POST", "/v1/webhook_endpoints/{id}")
def update(call: Call, id: str) -> Obj:
    """Change what is given."""
    endpoint = call.account.get("webhook_endpoint", id)
    facts: Obj = {}
    if url := call.params.text("url"):
        facts["url"] = url
    if kinds := call.params.texts("enabled_events"):
        facts["enabled_events"] = kinds
    if "disabled" in call.params:
        facts["status"] = "disabled" if call.params.flag("disabled") else "enabled"
    call.params.done()
    endpoint.update(facts)
    return endpoint


@route("GET", "/v1/webhook_endpoints")
def list_(call: Call) -> Obj:
    """Newest first."""
    return page(call, call.account.all("webhook_endpoint"), url="/v1/webhook_endpoints")


@route("DELETE", "/v1/webhook_endpoints/{id}")
def delete(call: Call, id: str) -> Obj:
    """Send nothing there any more."""
    call.params.done()
    return call.account.forget(call.account.get("webhook_endpoint", id))


@dataclass
class Delivery:
    """One event for one endpoint. `state` is waiting, done, given_up or dropped."""

    event: Obj
    endpoint: Obj
    state: str = "waiting"
    statuses: list[int] = field(default_factory=list)
    due: float = 0

    def shown(self) -> Obj:
        """As `/_fake/deliveries` tells it; a status of 0 is no answer."""
        return {
            "event": self.event["id"],
            "type": self.event["type"],
            "endpoint": self.endpoint["id"],
            "state": self.state,
            "statuses": self.statuses,
        }


class Deliveries:
    """Everything that was ever to be delivered, in the order in which it happened."""

    def __init__(self, world: World) -> None:
        self.all: list[Delivery] = []
        self.held = False
        self._changed = threading.Condition()
        self._stopped = False
        self._world = world
        world.listeners.append(self._queue)
        threading.Thread(target=self._work, name="deliveries", daemon=True).start()

    def stop(self) -> None:
        """Deliver nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def hold(self, held: bool) -> None:
        """Deliver nothing by itself; or go on."""
        with self._changed:
            self.held = held
            self._changed.notify_all()

    def drop(self, event_ids: list[str]) -> None:
        """These never arrive."""
        for delivery in self.of(event_ids):
            self._settle(delivery, "dropped")

    def of(self, event_ids: list[str]) -> list[Delivery]:
        """The deliveries of events, in the order of the ids, repeated as they are."""
        return [each for id_ in event_ids for each in self.all if each.event["id"] == id_]

    def send(self, delivery: Delivery, spoiled: str | None = None) -> int:
        """Deliver now, whatever became of it before; the status of the answer, 0 for none."""
        body = json.dumps(public(delivery.event)).encode()
        secret, at = delivery.endpoint["_secret"], int(time.time())
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if spoiled == "wrong_secret":
            secret = "whsec_another"
        if spoiled == "old":
            at -= 3600
        headers["Stripe-Signature"] = signature(body, secret, at)
        if spoiled == "unsigned":
            del headers["Stripe-Signature"]
        if spoiled == "garbage_header":
            headers["Stripe-Signature"] = "t=now,v1=,v0"
        if spoiled == "tampered":
            body = body.replace(b'"livemode": false', b'"livemode": true ')
        status = post(delivery.endpoint["url"], body, headers)
        if spoiled is None:
            delivery.statuses.append(status)
            if 200 <= status < 300:
                self._settle(delivery, "done")
        return status

    def _settle(self, delivery: Delivery, state: str) -> None:
        with self._changed:
            if delivery.state == "waiting" and state == "done":
                delivery.event["pending_webhooks"] -= 1
            delivery.state = state
            self._changed.notify_all()

    def _queue(self, account: Account, event: Obj) -> None:
        connected = account.id != self._world.platform.id
        endpoints = [
            endpoint
            for endpoint in reversed(self._world.platform.all("webhook_endpoint"))
            if endpoint["status"] == "enabled"
            and endpoint["_connect"] == connected
            and any(matches(event["type"], kind) for kind in endpoint["enabled_events"])
        ]
        event["pending_webhooks"] = len(endpoints)
        with self._changed:
            self.all += [Delivery(event, endpoint) for endpoint in endpoints]
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                if self._stopped:
                    return
                delivery = None if self.held else self._next()
                if delivery is None:
                    self._changed.wait(0.1)
                    continue
            self.send(delivery)
            if delivery.state == "waiting":
                tries = len(delivery.statuses)
                delivery.due = time.monotonic() + FIRST_WAIT * 2**tries
                if tries >= TRIES:
                    self._settle(delivery, "given_up")

    def _next(self) -> Delivery | None:
        now = time.monotonic()
        return next(
            (each for each in self.all if each.state == "waiting" and each.due <= now), None
        )


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send `body` to `url`; the status of the answer, 0 for none. `*.localhost` is this machine."""
    address = urlsplit(url)
    host = address.hostname or ""
    local = host.endswith(".localhost")
    kind: Any = http.client.HTTPSConnection if address.scheme == "https" else None
    kind = kind or http.client.HTTPConnection
    connection = kind("127.0.0.1" if local else host, address.port, timeout=TIMEOUT)
    try:
        connection.request("POST", address.path or "/", body, {"Host": address.netloc, **headers})
        response = connection.getresponse()
        response.read()
        return int(response.status)
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
