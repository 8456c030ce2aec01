"""How people pay: https://docs.stripe.com/api/payment_methods."""

from typing import Any

from tests.fakes.stripe.cards import BY_NUMBER, CARDS, Card
from tests.fakes.stripe.errors import card_error, invalid, missing
from tests.fakes.stripe.params import Params
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import Account, Obj

WALLETS = ("alipay", "wechat_pay")
TYPES = ("card", *WALLETS)


@route("POST", "/v1/payment_methods")
def create(call: Call) -> Obj:
    """A card by its number or token, or a wallet."""
    params = call.params
    type_ = params.choice("type", TYPES) or params.need("type")
    card = _card_named(params.inner("card")) if type_ == "card" else None
    for wallet in WALLETS:
        params.plain(wallet)
    billing = params.plain("billing_details") or {}
    metadata = params.metadata()
    params.done()
    return made(call.account, type_, card, billing_details=billing, metadata=metadata)


@route("GET", "/v1/payment_methods/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One of them; a test card's own id makes a new one."""
    call.params.done()
    return usable(call.account, id, param="id")


@route("POST", "/v1/payment_methods/{id}")
def update(call: Call, id: str) -> Obj:
    """Change its metadata or its billing details."""
    method = call.account.get("payment_method", id)
    facts: Obj = {}
    if "metadata" in call.params:
        facts["metadata"] = call.params.metadata(method["metadata"])
    if "billing_details" in call.params:
        facts["billing_details"] = method["billing_details"] | call.params.plain("billing_details")
    call.params.done()
    call.account.change("payment_method.updated", method, **facts)
    return method


@route("GET", "/v1/payment_methods")
def list_(call: Call) -> Obj:
    """A customer's, newest first."""
    customer, type_ = call.params.text("customer"), call.params.text("type")
    found = [
        each
        for each in call.account.all("payment_method")
        if each["customer"] == customer and type_ in (None, each["type"])
    ]
    return page(call, found if customer else [], url="/v1/payment_methods")


@route("GET", "/v1/customers/{customer}/payment_methods")
def list_of_customer(call: Call, customer: str) -> Obj:
    """The same, by the customer's path."""
    call.account.get("customer", customer)
    type_ = call.params.text("type")
    found = [
        each
        for each in call.account.all("payment_method", customer=customer)
        if type_ in (None, each["type"])
    ]
    return page(call, found, url=f"/v1/customers/{customer}/payment_methods")


@route("POST", "/v1/payment_methods/{id}/attach")
def attach_to(call: Call, id: str) -> Obj:
    """Keep it for a customer."""
    customer = call.params.need("customer")
    call.params.done()
    return attach(call.account, id, customer)


@route("POST", "/v1/payment_methods/{id}/detach")
def detach(call: Call, id: str) -> Obj:
    """Keep it no more; it cannot be used again."""
    call.params.done()
    method = call.account.get("payment_method", id)
    if method["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer.")
    holder = call.account.get("customer", method["customer"])
    settings = holder["invoice_settings"]
    if settings["default_payment_method"] == id:
        settings["default_payment_method"] = None
    method["_spent"] = True
    call.account.change("payment_method.detached", method, customer=None)
    return method


def made(account: Account, type_: str, card: str | None = None, **facts: Any) -> Obj:
    """A new payment method; `card` is a test card's name."""
    details: Obj = {}
    if type_ == "card":
        chosen = CARDS[card or "visa"]
        details = {
            "brand": chosen.brand,
            "checks": {"cvc_check": "pass", "address_postal_code_check": None},
            "country": "US",
            "display_brand": chosen.brand,
            "exp_month": 12,
            "exp_year": 2040,
            "fingerprint": f"fake{chosen.number[-8:]}",
            "funding": "credit",
            "last4": chosen.number[-4:],
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        }
    empty = {"address": None, "email": None, "name": None, "phone": None}
    facts["billing_details"] = empty | facts.get("billing_details", {})
    return account.new(
        "pm",
        "payment_method",
        allow_redisplay="unspecified",
        customer=None,
        type=type_,
        _card=card or "visa",
        **{type_: details, "metadata": {}, **facts},
    )


def usable(account: Account, id_: str, *, param: str) -> Obj:
    """The payment method, made anew for a test card's id (`pm_card_visa`) or a wallet's name."""
    name = id_.removeprefix("pm_card_")
    if id_.startswith("pm_card_") and name in CARDS:
        return made(account, "card", name)
    if id_.removeprefix("pm_") in WALLETS:
        return made(account, id_.removeprefix("pm_"))
    method = account.get("payment_method", id_, param=param)
    if method.get("_spent"):
        message = "This PaymentMethod was previously used or detached, and may not be used again."
        raise invalid(message, param=param, code="payment_method_unactivated")
    return method


def attach(account: Account, id_: str, customer: str) -> Obj:
    """Keep a payment method for a customer. Raises `ApiError` when the bank says no."""
    account.get("customer", customer, param="customer")
    method = usable(account, id_, param="payment_method")
    if method["customer"] not in (None, customer):
        raise invalid("The payment method you provided has already been attached to a customer.")
    card = card_of(method)
    if card is not None and card.declines and not card.late:
        raise card_error(*card.declines)
    if method["customer"] is None:
        account.change("payment_method.attached", method, customer=customer)
    return method


def card_of(method: Obj) -> Card | None:
    """The test card behind a payment method; None for a wallet."""
    return CARDS[method["_card"]] if method["type"] == "card" else None


def refusal(method: Obj, *, off_session: bool) -> tuple[str, str | None] | None:
    """Why the bank would say no to a charge now: the error's code and its own reason; or None."""
    card = card_of(method)
    if card is None:
        return None
    if off_session and asks(method):
        return "authentication_required", "authentication_required"
    return card.declines


def asks(method: Obj) -> bool:
    """Whether the bank wants the payer to say yes in person."""
    card = card_of(method)
    if card is None or card.asks is None:
        return False
    return card.asks == "always" or not method.get("_authenticated")


def default_of(account: Account, customer: Obj, subscription: Obj | None = None) -> Obj | None:
    """What is charged when nobody is there: the subscription's, or else the customer's."""
    chosen = subscription["default_payment_method"] if subscription else None
    chosen = chosen or customer["invoice_settings"]["default_payment_method"]
    return account.objects.get(chosen) if chosen else None


def _card_named(params: Params) -> str:
    """The test card that was sent, by its number or token."""
    token, number = params.text("token"), params.text("number")
    for name in ("exp_month", "exp_year", "cvc"):
        params.text(name)
    if token is not None:
        name = token.removeprefix("tok_")
        if name not in CARDS:
            raise missing("token", token, param="card[token]")
        return name
    if number not in BY_NUMBER:
        message = "Your card number is incorrect."
        raise invalid(message, param="card[number]", code="incorrect_number")
    return BY_NUMBER[number]
