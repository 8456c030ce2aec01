"""`/_fake/`: what is not Stripe's API. JSON in, JSON out; `GET /_fake/` lists it all."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tests.fakes.stripe import browser, connect, payment_intents, refunds
from tests.fakes.stripe.checkout import expire
from tests.fakes.stripe.deliveries import SPOILED, Deliveries
from tests.fakes.stripe.errors import ApiError
from tests.fakes.stripe.faults import KINDS, Faults
from tests.fakes.stripe.idempotency import Answer
from tests.fakes.stripe.world import DAY, Account, Obj, World, public

type Body = dict[str, Any]


class Control:
    """Answers one request after another."""

    def __init__(self, world: World, deliveries: Deliveries, faults: Faults) -> None:
        self.world = world
        self.deliveries = deliveries
        self.faults = faults
        # What waits for others to answer must not hold the world still meanwhile.
        self._free: dict[str, Callable[[Body], Any]] = {
            "GET deliveries": self.deliveries_list,
            "POST deliveries/hold": self.deliveries_hold,
            "POST deliveries/send": self.deliveries_send,
            "POST deliveries/drop": self.deliveries_drop,
        }
        self._still: dict[str, Callable[[Body], Any]] = {
            "GET ": self.help,
            "GET clock": self.clock,
            "POST clock": self.clock_advance,
            "POST rules": self.rules,
            "POST failures": self.failures,
            "POST faults": self.faults_add,
            "DELETE faults": self.faults_clear,
            "GET events": self.events,
            "POST checkout/complete": self.checkout_complete,
            "POST checkout/expire": self.checkout_expire,
            "POST portal": self.portal,
            "POST payment_intents/authenticate": self.authenticate,
            "POST accounts/complete": self.account_complete,
            "POST refunds/fail": self.refund_fail,
        }

    def answer(self, method: str, path: str, body: str) -> Answer:
        """What a request to `/_fake/…` gets."""
        name = f"{method} {path.removeprefix('/_fake/')}"
        try:
            given = json.loads(body or "{}")
            if name in self._free:
                return Answer(200, self._free[name](given))
            if name not in self._still:
                return Answer(404, self.help({}))
            with self.world.lock:
                return Answer(200, self._still[name](given))
        except ApiError as error:
            return Answer(error.status, error.body())
        except (TypeError, ValueError, KeyError) as error:
            return Answer(400, {"error": {"message": repr(error)}})

    def help(self, _: Body) -> Body:
        """This list."""
        ways = {**self._still, **self._free}
        return {name: (function.__doc__ or "").strip() for name, function in ways.items()}

    def clock(self, _: Body) -> Body:
        """The time, in Unix seconds."""
        return {"now": self.world.now}

    def clock_advance(self, body: Body) -> Body:
        """{seconds, days}: let time pass, with all that it brings."""
        self.world.advance(body.get("seconds", 0) + int(body.get("days", 0) * DAY))
        return {"now": self.world.now}

    def rules(self, body: Body) -> Body:
        """{retry_days, then, tax_percent, finalise_after}: what the dashboard would say."""
        for name, value in body.items():
            if not hasattr(self.world.rules, name):
                raise ValueError(name)
            setattr(self.world.rules, name, value)
        return asdict(self.world.rules)

    def failures(self, body: Body) -> Body:
        """{customer, times}: the bank refuses the customer's next payments."""
        self.world.failures[body["customer"]] = body.get("times", 1)
        return {}

    def faults_add(self, body: Body) -> Body:
        """{kind, on, times, seconds}: something goes wrong with the next requests."""
        self.faults.add(**body)
        return KINDS

    def faults_clear(self, _: Body) -> Body:
        """Nothing goes wrong any more."""
        self.faults.clear()
        return {}

    def events(self, _: Body) -> Body:
        """Every event of every account, in the order in which it happened."""
        found = [each for account in self.world.accounts.values() for each in account.all("event")]
        return {"data": public(found[::-1])}

    def checkout_complete(self, body: Body) -> Body:
        """{session, payment_method, email, name, tax_id, agrees}: somebody fills in the page."""
        account, session = self._find("checkout.session", body.pop("session"))
        browser.complete(account, session, **body)
        return {"location": session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])}

    def checkout_expire(self, body: Body) -> Body:
        """{session}: nobody came."""
        expire(*self._find("checkout.session", body["session"]))
        return {}

    def portal(self, body: Body) -> Body:
        """{session} and one of {price, cancel, cancel_now, keep, payment_method, tax_id, pay}."""
        account, session = self._find("billing_portal.session", body.pop("session"))
        browser.act(account, session, **body)
        return {"location": session["return_url"]}

    def authenticate(self, body: Body) -> Body:
        """{payment_intent, succeed}: the payer comes back from the bank or the wallet."""
        account, intent = self._find("payment_intent", body["payment_intent"])
        payment_intents.authenticate(account, intent, succeed=body.get("succeed", True))
        return {"status": intent["status"]}

    def account_complete(self, body: Body) -> Body:
        """{account}: its holder has said all that Stripe asked."""
        connect.complete(*self._find("account", body["account"]))
        return {}

    def refund_fail(self, body: Body) -> Body:
        """{refund, reason}: the bank sends it back."""
        refunds.fail(*self._find("refund", body["refund"]), body.get("reason", "declined"))
        return {}

    def deliveries_list(self, _: Body) -> Body:
        """What was to be delivered, and what became of it."""
        return {"data": [each.shown() for each in self.deliveries.all]}

    def deliveries_hold(self, body: Body) -> Body:
        """{held}: deliver nothing by itself, or go on."""
        self.deliveries.hold(body["held"])
        return {}

    def deliveries_send(self, body: Body) -> Body:
        """{events, spoiled}: deliver these now, in this order; answers the statuses."""
        spoiled = body.get("spoiled")
        if spoiled not in (None, *SPOILED):
            raise ValueError(f"spoiled is one of {', '.join(SPOILED)}")
        found = self.deliveries.of(body["events"])
        return {"statuses": [self.deliveries.send(each, spoiled) for each in found]}

    def deliveries_drop(self, body: Body) -> Body:
        """{events}: these never arrive."""
        self.deliveries.drop(body["events"])
        return {}

    def _find(self, kind: str, id_: str) -> tuple[Account, Obj]:
        """The object, of whichever account; by its id, or by the end of its page's address."""
        name = id_.rpartition("/")[2]
        for account in self.world.accounts.values():
            for each in account.all(kind):
                if name in (each["id"], each.get("_secret")):
                    return account, each
        raise KeyError(f"{kind} {id_}")
