"""What there is: accounts, their objects, what happened to them, and the time.

One lock is held while a request is answered or time advances, so a handler sees a still world.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.stripe.errors import missing

type Obj = dict[str, Any]
"""An object as the API shows it; keys that begin with `_` are the fake's own."""

DAY = 86_400
API_VERSION = "2026-10-28.endive"


@dataclass
class Rules:
    """What an account's owner would have set in Stripe's dashboard, and what the world is like.

    `retry_days`: how long after a failed renewal it is tried again, each time; after the last the
    subscription becomes `then` (canceled, unpaid or past_due). `tax_percent` is what automatic tax
    adds where nobody has given a tax id.
    """

    retry_days: list[int] = field(default_factory=lambda: [3, 5, 7])
    then: str = "unpaid"
    tax_percent: int = 0
    finalise_after: int = 3600


@dataclass(frozen=True)
class Due:
    """Something that time brings: what to do at `at`."""

    at: int
    run: Callable[[], None]


type Timer = Callable[["Account"], Iterator[Due]]

timers: list[Timer] = []


def timer(function: Timer) -> Timer:
    """Ask the function what time will bring to an account, whenever time advances."""
    timers.append(function)
    return function


class Account:
    """One account's objects: the platform's own, or a connected one's."""

    def __init__(self, world: "World", id_: str) -> None:
        self.world = world
        self.id = id_
        self.objects: dict[str, Obj] = {}

    @property
    def now(self) -> int:
        """The time."""
        return self.world.now

    def new(self, prefix: str, kind: str, /, *, id: str | None = None, **facts: Any) -> Obj:
        """A fresh object of `kind`, kept."""
        made: Obj = {"id": id or f"{prefix}_{uuid.uuid4().hex[:24]}", "object": kind}
        made |= {"created": self.now, "livemode": False, **facts}
        self.objects[made["id"]] = made
        return made

    def get(self, kind: str, id_: str, *, param: str = "id") -> Obj:
        """The object. Raises `ApiError` when there is none of that kind."""
        found = self.objects.get(id_)
        if found is None or found["object"] != kind or found.get("_deleted"):
            raise missing(kind, id_, param=param)
        return found

    def all(self, kind: str, **facts: Any) -> list[Obj]:
        """Every object of `kind` with these facts, newest first."""
        return [
            each
            for each in reversed(self.objects.values())
            if each["object"] == kind
            and not each.get("_deleted")
            and all(each.get(name) == value for name, value in facts.items())
        ]

    def forget(self, obj: Obj) -> Obj:
        """Delete it; the answer that says so."""
        obj["_deleted"] = True
        return {"id": obj["id"], "object": obj["object"], "deleted": True}

    def emit(self, type_: str, obj: Obj, before: Obj | None = None) -> None:
        """Something happened to `obj`; `before` is how it was, for `previous_attributes`."""
        shown = public(obj)
        data: Obj = {"object": shown}
        if before is not None:
            was = public(before)
            changed = {key: value for key, value in was.items() if shown.get(key) != value}
            changed |= dict.fromkeys(shown.keys() - was.keys())
            data["previous_attributes"] = changed
        event = self.new(
            "evt",
            "event",
            api_version=API_VERSION,
            type=type_,
            data=data,
            pending_webhooks=0,
            request={"id": None, "idempotency_key": None},
        )
        if self.id != self.world.platform.id:
            event["account"] = self.id
        self.world.happened(self, event)

    def change(self, type_: str, obj: Obj, **facts: Any) -> None:
        """Set `facts` and say so, if anything is different."""
        before = deepcopy(obj)
        obj.update(facts)
        if obj != before:
            self.emit(type_, obj, before)


class World:
    """Everything. `platform` is the account that the API key is of."""

    def __init__(self, *, key: str) -> None:
        self.key = key
        self.lock = threading.RLock()
        self.rules = Rules()
        self.hosted_at = ""
        self.platform = Account(self, "acct_fakeplatform")
        self.accounts = {self.platform.id: self.platform}
        self.listeners: list[Callable[[Account, Obj], None]] = []
        self.failures: dict[str, int] = {}
        self._ahead = 0
        self._stopped_at: int | None = None

    @property
    def now(self) -> int:
        """Unix seconds: the machine's, and as far ahead as it was advanced."""
        return self._stopped_at or int(time.time()) + self._ahead

    def advance(self, seconds: int) -> None:
        """Let time pass: all that falls due happens, in its order and at its own moment."""
        start, real = self.now, int(time.time())
        end = start + seconds
        try:
            while (due := self._next_due()) is not None and due.at <= end:
                self._stopped_at = max(due.at, self._stopped_at or start)
                due.run()
        finally:
            self._stopped_at = None
            self._ahead = end - real

    def failing(self, customer: str) -> bool:
        """Whether the bank refuses this customer's present payment, whatever the card; counted."""
        left = self.failures.get(customer, 0)
        self.failures[customer] = max(left - 1, 0)
        return left > 0

    def happened(self, account: Account, event: Obj) -> None:
        """Tell whoever listens to events."""
        for listener in self.listeners:
            listener(account, event)

    def _next_due(self) -> Due | None:
        dues = [
            due for account in self.accounts.values() for timer in timers for due in timer(account)
        ]
        return min(dues, key=lambda due: due.at, default=None)


def public(obj: Any) -> Any:
    """A copy without what is the fake's own."""
    if isinstance(obj, dict):
        return {key: public(value) for key, value in obj.items() if not key.startswith("_")}
    if isinstance(obj, list):
        return [public(each) for each in obj]
    return obj


def list_of(objects: list[Obj], url: str) -> Obj:
    """A list inside an object, all of it on one page."""
    return {"object": "list", "data": objects, "has_more": False, "url": url}
