"""An operator from its sign-up to its end, as far as money goes: all over HTTP."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail

from billing.standing import GRACE, lapsed_suspend
from kernel import clock
from kernel.tenancy import platform_scope
from tests.billing.till import PERIOD, Till
from tests.registry.conftest import before  # noqa: F401  (drops the schema again)
from tests.support.cast import SignedInApi
from tests.support.database import PLATFORM_HOST
from tests.support.graphql import Api
from tests.support.stage import mutate

PASSWORD = "a fine long password"
BACK = "http://gamma.localhost/settings"
BILLING = "{ billing { plan { key } state cancelsAtPeriodEnd } planUsage { features } }"


def sign_up() -> None:
    """Gamma signs up for the starter plan, and its administrator accepts the invitation."""
    platform = Api(PLATFORM_HOST)
    begun = mutate(
        platform,
        "signUpStart",
        {
            "name": "Gamma Errands",
            "slug": "gamma",
            "contactName": "Gina",
            "email": "gina@gamma.example",
            "language": "en",
            "currency": "GBP",
            "timeZone": "Europe/London",
            "template": "campus_errands",
            "plan": "starter",
        },
        "signUpId",
    )
    code = re.search(r"\b\d{6}\b", mail.outbox[-1].body)
    assert code is not None
    confirmed = mutate(
        platform,
        "signUpConfirm",
        {"signUpId": begun["signUpId"], "code": code[0]},
        "host invitationUrl",
    )
    token = parse_qs(urlsplit(confirmed["invitationUrl"]).query)["token"][0]
    accept = """mutation ($token: String!, $password: String!) {
      invitationAccept(input: {token: $token, password: $password}) { __typename }
    }"""
    Api("gamma.localhost").run(accept, {"token": token, "password": PASSWORD})


def gina() -> SignedInApi:
    """The administrator, who signs in anew: sessions end in a year like this."""
    document = """mutation ($password: String!) {
      signInWithPassword(input: {email: "gina@gamma.example", password: $password}) {
        ... on SignInSuccess { token }
      }
    }"""
    signed_in = Api("gamma.localhost").run(document, {"password": PASSWORD})
    return SignedInApi("gamma.localhost", signed_in["signInWithPassword"]["token"])


@pytest.mark.usefixtures("before")
def test_an_operators_year(till: Till):
    sign_up()
    # It signed up, and tries it.
    trial = gina().run(BILLING)
    assert trial["billing"] == {
        "plan": {"key": "starter"},
        "state": "TRIALING",
        "cancelsAtPeriodEnd": False,
    }
    # It subscribes on the third day, to more than it had; the trial goes on to its end.
    till.pass_days(3)
    opened = mutate(gina(), "billingCheckout", {"plan": "growth", "returnUrl": BACK}, "url")
    assert till.fake.complete(opened["url"], email="gina@gamma.example") == f"{BACK}?billing=done"
    till.handle()
    assert gina().run(BILLING)["planUsage"]["features"] == ["CUSTOM_DOMAIN", "EXPORT"]
    till.pass_days(12)
    till.handle()
    assert _state(gina()) == "ACTIVE" and _bills(gina()) == [("paid", 9900), ("paid", 0)]
    # A month later the card is refused, twice; then it is charged, and all is well.
    [customer] = till.api.v1.customers.list().data
    till.fake.fail_payments(customer.id, 2)
    till.pass_days(PERIOD)
    till.handle()
    assert _state(gina()) == "PAST_DUE" and _write(gina()) == "TENANT_READ_ONLY"
    till.pass_days(9)
    till.handle()
    assert _state(gina()) == "ACTIVE" and _write(gina()) == "done"
    # It grows, shrinks, and leaves at the end of what it has paid for.
    assert mutate(gina(), "billingPlanChange", {"plan": "scale"})["__typename"].endswith("Success")
    assert mutate(gina(), "billingPlanChange", {"plan": "starter"})["__typename"].endswith(
        "Success"
    )
    gina().run("mutation { billingCancel { __typename } }")
    assert gina().run(BILLING)["billing"]["cancelsAtPeriodEnd"]
    till.pass_days(PERIOD)
    till.handle()
    assert _state(gina()) == "CANCELED" and _write(gina()) == "TENANT_READ_ONLY"
    till.pass_days(GRACE.days + 1)
    with platform_scope():
        assert lapsed_suspend(at=clock.now()) == ["gamma"]
    client = Api("gamma.localhost").client
    answer = client.post("/graphql", {"query": BILLING}, content_type="application/json")
    assert answer.status_code == 403


def _state(api: Api) -> str:
    return str(api.run(BILLING)["billing"]["state"])


def _bills(api: Api) -> list[tuple[str, int]]:
    bills = api.run("{ billingInvoices { state total { amount } } }")["billingInvoices"]
    return [(bill["state"], bill["total"]["amount"]) for bill in bills]


def _write(api: Api) -> str:
    document = 'mutation { brandUpdate(input: {primaryColor: "#123456"}) { __typename } }'
    answer: Any = api.post(document)
    return str(answer["errors"][0]["extensions"]["code"]) if "errors" in answer else "done"
