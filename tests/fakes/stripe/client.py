"""How a test holds the fake: a thread of its own, and its controls as functions."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.fakes.stripe.server import FakeStripe

KEY = "sk_test_fake"


class FakeRefused(AssertionError):
    """The fake says that this cannot be; `error` is why."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(f"{status}: {error.get('message')}")
        self.status, self.error = status, error


class Fake:
    """The controls of a fake at `url`, in whatever process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = KEY

    def ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """One request under `/_fake/`. Raises `FakeRefused`."""
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/_fake/{path}", json.dumps(body).encode(), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                return dict(json.load(response))
        except urllib.error.HTTPError as refused:
            raise FakeRefused(refused.code, json.load(refused)["error"]) from None

    def advance(self, *, days: float = 0, seconds: int = 0) -> int:
        """Let time pass; the new time in Unix seconds."""
        return int(self.ask("POST", "clock", days=days, seconds=seconds)["now"])

    def now(self) -> int:
        """The fake's time, in Unix seconds."""
        return int(self.ask("GET", "clock")["now"])

    def rules(self, **rules: Any) -> None:
        """What the dashboard would say: see `world.Rules`."""
        self.ask("POST", "rules", **rules)

    def complete(self, session: str, **what: Any) -> str:
        """Somebody completes a checkout, known by its id or its address; where they go next."""
        return str(self.ask("POST", "checkout/complete", session=session, **what)["location"])

    def portal(self, session: str, **what: Any) -> str:
        """Somebody does one thing in the portal, known by its id or its address."""
        return str(self.ask("POST", "portal", session=session, **what)["location"])

    def fail_payments(self, customer: str, times: int = 1) -> None:
        """The bank refuses the customer's next payments."""
        self.ask("POST", "failures", customer=customer, times=times)

    def fault(self, kind: str, *, on: str = "", times: int = 1, seconds: float = 0) -> None:
        """Something goes wrong with the next requests: see `faults`."""
        self.ask("POST", "faults", kind=kind, on=on, times=times, seconds=seconds)

    def well(self) -> None:
        """Nothing goes wrong any more."""
        self.ask("DELETE", "faults")

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """What happened, in order; of types that begin with `kind`."""
        return [each for each in self.ask("GET", "events")["data"] if each["type"].startswith(kind)]

    def hold(self, held: bool = True) -> None:
        """Deliver nothing by itself; or go on."""
        self.ask("POST", "deliveries/hold", held=held)

    def deliveries(self) -> list[dict[str, Any]]:
        """What was to be delivered, and what became of it."""
        return list(self.ask("GET", "deliveries")["data"])

    def send(self, *events: str, spoiled: str | None = None) -> list[int]:
        """Deliver these events now, in this order; the statuses of the answers."""
        answer = self.ask("POST", "deliveries/send", events=events, spoiled=spoiled)
        return list(answer["statuses"])

    def drop(self, *events: str) -> None:
        """These never arrive."""
        self.ask("POST", "deliveries/drop", events=events)


@contextmanager
def running_fake(port: int = 0) -> Iterator[Fake]:
    """A fake in a thread of this process, with nothing in it yet."""
    with FakeStripe(port=port, key=KEY) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield Fake(server.url)
        finally:
            server.shutdown()
            thread.join()
