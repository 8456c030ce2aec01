"""Connected accounts: https://docs.stripe.com/api/accounts, …/account_links."""

import uuid
from typing import Any

from tests.fakes.stripe.errors import ApiError, invalid
from tests.fakes.stripe.params import Params
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.transfers import made
from tests.fakes.stripe.world import Account, Obj

TEXTS = ("email", "business_type", "default_currency")
PLAIN = ("business_profile", "company", "individual", "settings", "tos_acceptance")
ASKED = ["business_profile.url", "external_account", "tos_acceptance.date"]
"""What Stripe wants to know before an account may be paid."""


@route("POST", "/v1/accounts")
def create(call: Call) -> Obj:
    """A connected account, which may do nothing yet."""
    params = call.params
    type_ = params.choice("type", ("standard", "express", "custom"))
    country = params.text("country") or "US"
    controller = params.plain("controller")
    facts = _facts(params, {"metadata": {}, "capabilities": {}})
    params.done()
    id_ = f"acct_{uuid.uuid4().hex[:16]}"
    plain: Obj = {
        **dict.fromkeys(TEXTS),
        **dict.fromkeys(PLAIN),
        "capabilities": {},
        "charges_enabled": False,
        "controller": controller,
        "country": country,
        "default_currency": "usd",
        "details_submitted": False,
        "metadata": {},
        "payouts_enabled": False,
        "requirements": {"currently_due": list(ASKED), "disabled_reason": "requirements.past_due"},
        "type": type_ or "none",
    }
    profile = call.account.new("acct", "account", id=id_, **plain | facts)
    call.world.accounts[id_] = Account(call.world, id_)
    return profile


@route("GET", "/v1/accounts/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One connected account."""
    call.params.done()
    return _profile(call, id)


@route("GET", "/v1/account")
def own(call: Call) -> Obj:
    """The account that the request speaks for."""
    call.params.done()
    if call.account is call.world.platform:
        return {"id": call.account.id, "object": "account", "charges_enabled": True}
    return call.world.platform.get("account", call.account.id)


@route("POST", "/v1/accounts/{id}")
def update(call: Call, id: str) -> Obj:
    """Change what is given."""
    profile = _profile(call, id)
    facts = _facts(call.params, profile)
    call.params.done()
    change(call.world.platform, profile, **facts)
    return profile


@route("GET", "/v1/accounts")
def list_(call: Call) -> Obj:
    """Newest first."""
    return page(call, call.world.platform.all("account"), url="/v1/accounts")


@route("DELETE", "/v1/accounts/{id}")
def delete(call: Call, id: str) -> Obj:
    """Delete it, with all that it has."""
    call.params.done()
    profile = _profile(call, id)
    del call.world.accounts[id]
    return call.account.forget(profile)


@route("POST", "/v1/account_links")
def link(call: Call) -> Obj:
    """A page on which the account's holder says what Stripe asks."""
    params = call.params
    _profile(call, params.need("account"))
    params.need("refresh_url")
    params.need("return_url")
    params.choice("type", ("account_onboarding", "account_update")) or params.need("type")
    params.plain("collection_options")
    params.done()
    url = f"{call.world.hosted_at}/setup/{params.values['account']}/{uuid.uuid4().hex[:12]}"
    return {"object": "account_link", "created": call.now, "expires_at": call.now + 300, "url": url}


@route("POST", "/v1/accounts/{id}/login_links")
def login_link(call: Call, id: str) -> Obj:
    """The holder's own dashboard."""
    call.params.done()
    _profile(call, id)
    return {
        "object": "login_link",
        "created": call.now,
        "url": f"{call.world.hosted_at}/express/{id}",
    }


def complete(platform: Account, profile: Obj) -> None:
    """The holder has said all that was asked: what was requested becomes active."""
    change(
        platform,
        profile,
        capabilities=dict.fromkeys(profile["capabilities"], "active"),
        charges_enabled="card_payments" in profile["capabilities"],
        details_submitted=True,
        payouts_enabled=True,
        requirements={"currently_due": [], "disabled_reason": None},
    )


def change(platform: Account, profile: Obj, **facts: Any) -> None:
    """Set `facts` of a connected account; its event is its own, and names it."""
    before = {**profile}
    profile.update(facts)
    if profile != before:
        platform.world.accounts[profile["id"]].emit("account.updated", profile, before)


def routed(account: Account, intent: Obj, charge: Obj, amount: int) -> None:
    """Where a payment's money goes: the platform's fee of a direct charge, or the transfer."""
    platform, fee = account.world.platform, intent["application_fee_amount"]
    data = intent["transfer_data"]
    if data is not None:
        share = data.get("amount", amount - (fee or 0))
        transfer = made(
            account,
            destination=data["destination"],
            amount=share if fee is None else amount,
            currency=intent["currency"],
            transfer_group=intent["transfer_group"],
            source_transaction=charge["id"],
        )
        charge["transfer"] = transfer["id"]
    if fee:
        payer = data["destination"] if data is not None else account.id
        taken = platform.new(
            "fee",
            "application_fee",
            account=payer,
            amount=fee,
            amount_refunded=0,
            charge=charge["id"],
            currency=intent["currency"],
            refunded=False,
        )
        charge["application_fee"] = taken["id"]
        platform.emit("application_fee.created", taken)


def _profile(call: Call, id: str) -> Obj:
    if call.account is not call.world.platform:
        message = "Only the platform may act on connected accounts."
        raise ApiError(403, "invalid_request_error", message)
    return call.account.get("account", id)


def _facts(params: Params, present: Obj) -> Obj:
    facts: Obj = {name: params.text(name) for name in TEXTS if name in params}
    facts |= {name: params.plain(name) for name in PLAIN if name in params}
    if "metadata" in params:
        facts["metadata"] = params.metadata(present["metadata"])
    if "capabilities" in params:
        wanted = dict(present["capabilities"])
        asked = params.plain("capabilities")
        if not isinstance(asked, dict):
            raise invalid("Invalid object", param="capabilities")
        wanted |= {
            name: "inactive" for name, each in asked.items() if each.get("requested") == "true"
        }
        facts["capabilities"] = wanted
    return facts
