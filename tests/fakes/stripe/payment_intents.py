"""Payments: https://docs.stripe.com/api/payment_intents, and the charges they make."""

from typing import Any

from tests.fakes.stripe.connect import routed
from tests.fakes.stripe.errors import ApiError, card_error, invalid, unexpected_state
from tests.fakes.stripe.params import Params
from tests.fakes.stripe.payment_methods import TYPES, WALLETS, asks, attach, refusal, usable
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import Account, Obj

BEFORE_PAYMENT = ("requires_payment_method", "requires_confirmation", "requires_action")
REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
TEXTS = ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix")


@route("POST", "/v1/payment_intents")
def create(call: Call) -> Obj:
    """A payment; with `confirm` it is tried at once."""
    params = call.params
    amount, currency = params.need_number("amount"), params.need("currency")
    facts = _facts(call, {})
    automatic = params.inner("automatic_payment_methods")
    facts["automatic_payment_methods"] = None
    if automatic.flag("enabled"):
        redirects = automatic.choice("allow_redirects", ("always", "never"), "always")
        facts["automatic_payment_methods"] = {"enabled": True, "allow_redirects": redirects}
        facts["payment_method_types"] = list(TYPES if redirects == "always" else ("card",))
    facts.setdefault("payment_method_types", ["card"])
    facts["capture_method"] = (
        params.choice("capture_method", ("automatic", "automatic_async", "manual")) or "automatic"
    )
    facts["transfer_data"] = _transfer_data(call)
    facts["on_behalf_of"] = params.text("on_behalf_of")
    facts["transfer_group"] = params.text("transfer_group")
    confirmed, off_session = bool(params.flag("confirm")), bool(params.flag("off_session"))
    params.text("return_url")
    params.done()
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", param="amount")
    intent = made(call.account, amount=amount, currency=currency, **facts)
    return confirm(call.account, intent, off_session=off_session) if confirmed else intent


@route("GET", "/v1/payment_intents/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One payment."""
    call.params.text("client_secret")
    call.params.done()
    return call.account.get("payment_intent", id)


@route("POST", "/v1/payment_intents/{id}")
def update(call: Call, id: str) -> Obj:
    """Change what is given, before it is paid."""
    intent = call.account.get("payment_intent", id)
    facts = _facts(call, intent)
    for name in ("amount", "currency"):
        if name in call.params:
            facts[name] = call.params.number(name) if name == "amount" else call.params.text(name)
    call.params.done()
    if facts.keys() - {"metadata", "description"} and intent["status"] not in BEFORE_PAYMENT:
        raise _wrong_state(intent, "updated")
    if facts.get("payment_method") and intent["status"] == "requires_payment_method":
        facts["status"] = "requires_confirmation"
    intent.update(facts)
    return intent


@route("GET", "/v1/payment_intents")
def list_(call: Call) -> Obj:
    """Newest first; of one `customer`."""
    customer = call.params.text("customer")
    found = call.account.all("payment_intent", **({"customer": customer} if customer else {}))
    return page(call, found, url="/v1/payment_intents")


@route("POST", "/v1/payment_intents/{id}/confirm")
def confirm_one(call: Call, id: str) -> Obj:
    """Try it."""
    intent = call.account.get("payment_intent", id)
    method, off_session = call.params.text("payment_method"), call.params.flag("off_session")
    call.params.text("return_url")
    call.params.done()
    if intent["status"] not in BEFORE_PAYMENT:
        raise _wrong_state(intent, "confirmed")
    if method:
        intent["payment_method"] = usable(call.account, method, param="payment_method")["id"]
    return confirm(call.account, intent, off_session=bool(off_session))


@route("POST", "/v1/payment_intents/{id}/capture")
def capture(call: Call, id: str) -> Obj:
    """Take what was set aside, or a part of it; the rest is let go."""
    intent = call.account.get("payment_intent", id)
    amount = call.params.number("amount_to_capture")
    fee = call.params.number("application_fee_amount")
    call.params.done()
    if intent["status"] != "requires_capture":
        raise _wrong_state(intent, "captured")
    amount = intent["amount_capturable"] if amount is None else amount
    if not 1 <= amount <= intent["amount_capturable"]:
        message = "The requested capture amount is greater than the amount you can capture."
        raise invalid(message, param="amount_to_capture", code="amount_too_large")
    if fee is not None:
        intent["application_fee_amount"] = fee
    charge = call.account.get("charge", intent["latest_charge"])
    charge.update(captured=True, amount_captured=amount)
    call.account.emit("charge.captured", charge)
    _succeed(call.account, intent, charge, amount)
    return intent


@route("POST", "/v1/payment_intents/{id}/cancel")
def cancel(call: Call, id: str) -> Obj:
    """End it unpaid; what was set aside is let go."""
    intent = call.account.get("payment_intent", id)
    reason = call.params.choice("cancellation_reason", REASONS)
    call.params.done()
    if intent["status"] not in (*BEFORE_PAYMENT, "requires_capture", "processing"):
        raise _wrong_state(intent, "canceled")
    if intent["status"] == "requires_capture":
        charge = call.account.get("charge", intent["latest_charge"])
        charge.update(refunded=True, amount_refunded=charge["amount"])
        call.account.emit("charge.refunded", charge)
    call.account.change(
        "payment_intent.canceled",
        intent,
        status="canceled",
        canceled_at=call.now,
        cancellation_reason=reason,
        amount_capturable=0,
        next_action=None,
    )
    return intent


@route("GET", "/v1/charges/{id}")
def charge_retrieve(call: Call, id: str) -> Obj:
    """One charge."""
    call.params.done()
    return call.account.get("charge", id)


@route("GET", "/v1/charges")
def charge_list(call: Call) -> Obj:
    """Newest first; of one `customer`, `payment_intent` or `transfer_group`."""
    same = {
        name: value
        for name in ("customer", "payment_intent", "transfer_group")
        if (value := call.params.text(name)) is not None
    }
    return page(call, call.account.all("charge", **same), url="/v1/charges")


def made(account: Account, *, amount: int, currency: str, **facts: Any) -> Obj:
    """A new payment, not yet tried."""
    plain: Obj = {
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "currency": currency,
        "customer": None,
        **dict.fromkeys(TEXTS),
        "last_payment_error": None,
        "latest_charge": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "setup_future_usage": None,
        "shipping": None,
        "transfer_data": None,
        "transfer_group": None,
    }
    plain |= facts
    ready = "requires_confirmation" if plain["payment_method"] else "requires_payment_method"
    intent = account.new("pi", "payment_intent", status=ready, **plain)
    intent["client_secret"] = f"{intent['id']}_secret_fake"
    account.emit("payment_intent.created", intent)
    return intent


def confirm(account: Account, intent: Obj, *, off_session: bool = False) -> Obj:
    """Try a payment with its payment method. Raises `ApiError` (402) when the bank says no."""
    if intent["payment_method"] is None:
        message = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise unexpected_state("payment_intent", message)
    method = account.get("payment_method", intent["payment_method"])
    if method["type"] not in intent["payment_method_types"]:
        message = f"The PaymentMethod provided ({method['type']}) is not allowed for this intent."
        raise invalid(message, param="payment_method")
    if method["type"] in WALLETS:
        if intent["capture_method"] == "manual":
            message = f"{method['type']} does not support manual capture."
            raise invalid(message, param="capture_method")
        _ask(account, intent, _wallet_action(account, intent, method["type"]))
        return intent
    if (refused := refusal(method, off_session=off_session)) is not None:
        raise decline(account, intent, *refused)
    if asks(method):
        url = f"{account.world.hosted_at}/authenticate/{intent['id']}"
        action = {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": None}}
        _ask(account, intent, action)
        return intent
    return pay(account, intent)


def pay(account: Account, intent: Obj) -> Obj:
    """The bank says yes: the money is taken, or set aside where capture is manual."""
    manual = intent["capture_method"] == "manual"
    charge = _charge(account, intent, captured=not manual)
    intent.update(latest_charge=charge["id"], last_payment_error=None, next_action=None)
    account.emit("charge.succeeded", charge)
    if manual:
        account.change(
            "payment_intent.amount_capturable_updated",
            intent,
            status="requires_capture",
            amount_capturable=intent["amount"],
        )
    else:
        _succeed(account, intent, charge, intent["amount"])
    return intent


def authenticate(account: Account, intent: Obj, *, succeed: bool) -> None:
    """The payer comes back from the bank or the wallet. Raises `ApiError` if nobody was asked."""
    if intent["status"] != "requires_action":
        raise _wrong_state(intent, "authenticated")
    if succeed:
        account.objects[intent["payment_method"]]["_authenticated"] = True
        pay(account, intent)
    else:
        decline(account, intent, "authentication_required", "payer_did_not_agree")


def decline(account: Account, intent: Obj, code: str, decline_code: str | None) -> ApiError:
    """Write down that the bank said no; the error to raise."""
    charge = _charge(account, intent, captured=False)
    charge.update(
        status="failed", paid=False, failure_code=code, amount_captured=0,
        failure_message=card_error(code, decline_code).message,
    )  # fmt: skip
    error = card_error(code, decline_code, charge=charge["id"])
    account.emit("charge.failed", charge)
    account.change(
        "payment_intent.payment_failed",
        intent,
        status="requires_payment_method",
        latest_charge=charge["id"],
        last_payment_error=error.body()["error"],
        next_action=None,
    )
    error.extra["payment_intent"] = {"id": intent["id"], "object": "payment_intent"}
    return error


def _succeed(account: Account, intent: Obj, charge: Obj, amount: int) -> None:
    account.change(
        "payment_intent.succeeded",
        intent,
        status="succeeded",
        amount_received=amount,
        amount_capturable=0,
    )
    if intent["setup_future_usage"] and intent["customer"]:
        attach(account, intent["payment_method"], intent["customer"])
    routed(account, intent, charge, amount)


def _charge(account: Account, intent: Obj, *, captured: bool) -> Obj:
    method = account.objects[intent["payment_method"]]
    return account.new(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"] if captured else 0,
        amount_refunded=0,
        application_fee=None,
        application_fee_amount=intent["application_fee_amount"],
        billing_details=method["billing_details"],
        captured=captured,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        failure_code=None,
        failure_message=None,
        metadata=dict(intent["metadata"]),
        on_behalf_of=intent["on_behalf_of"],
        paid=True,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"type": method["type"], method["type"]: method[method["type"]]},
        receipt_email=intent["receipt_email"],
        receipt_url=None,
        refunded=False,
        status="succeeded",
        transfer=None,
        transfer_data=intent["transfer_data"],
        transfer_group=intent["transfer_group"],
    )


def _ask(account: Account, intent: Obj, action: Obj) -> None:
    account.change(
        "payment_intent.requires_action", intent, status="requires_action", next_action=action
    )


def _wallet_action(account: Account, intent: Obj, wallet: str) -> Obj:
    url = f"{account.world.hosted_at}/authenticate/{intent['id']}"
    if wallet == "wechat_pay":
        code = {"data": f"weixin://wxpay/{intent['id']}", "hosted_instructions_url": url}
        return {"type": "wechat_pay_display_qr_code", "wechat_pay_display_qr_code": code}
    redirect = {"url": url, "return_url": None, "native_url": None, "native_data": None}
    return {"type": "alipay_handle_redirect", "alipay_handle_redirect": redirect}


def _facts(call: Call, present: Obj) -> Obj:
    """What a creation or a change of a payment says."""
    params: Params = call.params
    facts: Obj = {name: params.text(name) for name in TEXTS if name in params}
    if "customer" in params:
        facts["customer"] = params.text("customer")
        if facts["customer"]:
            call.account.get("customer", facts["customer"], param="customer")
    if method := params.text("payment_method"):
        facts["payment_method"] = usable(call.account, method, param="payment_method")["id"]
    if (types := params.texts("payment_method_types")) is not None:
        if unknown := set(types) - set(TYPES):
            message = f"The payment method type {unknown.pop()} is invalid."
            raise invalid(message, param="payment_method_types")
        facts["payment_method_types"] = types
    if "metadata" in params:
        facts["metadata"] = params.metadata(present.get("metadata"))
    if "application_fee_amount" in params:
        facts["application_fee_amount"] = params.number("application_fee_amount")
    if "setup_future_usage" in params:
        facts["setup_future_usage"] = params.choice(
            "setup_future_usage", ("off_session", "on_session")
        )
    for name in ("shipping", "payment_method_options"):
        if name in params:
            facts[name] = params.plain(name)
    return facts


def _transfer_data(call: Call) -> Obj | None:
    given = call.params.inner("transfer_data")
    destination, amount = given.text("destination"), given.number("amount")
    if destination is None:
        return None
    if destination not in call.world.accounts:
        raise invalid(f"No such destination: '{destination}'", param="transfer_data[destination]")
    return {"destination": destination} | ({"amount": amount} if amount is not None else {})


def _wrong_state(intent: Obj, verb: str) -> ApiError:
    message = (
        f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}."
    )
    error = unexpected_state("payment_intent", message)
    error.extra["payment_intent"] = {"id": intent["id"], "status": intent["status"]}
    return error
