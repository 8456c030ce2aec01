"""Money back: https://docs.stripe.com/api/refunds."""

from tests.fakes.stripe.errors import invalid
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.transfers import reverse
from tests.fakes.stripe.world import Account, Obj


@route("POST", "/v1/refunds")
def create(call: Call) -> Obj:
    """Give back a payment, or a part of it."""
    params = call.params
    charge = _charge_of(call.account, params.text("payment_intent"), params.text("charge"))
    amount = params.number("amount")
    reason = params.choice("reason", ("duplicate", "fraudulent", "requested_by_customer"))
    from_transfer, fee_too = params.flag("reverse_transfer"), params.flag("refund_application_fee")
    metadata = params.metadata()
    params.done()
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise invalid(message, code="charge_already_refunded")
    amount = left if amount is None else amount
    if not 1 <= amount <= left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})."
        raise invalid(message, param="amount", code="amount_too_large")
    refund = call.account.new(
        "re",
        "refund",
        amount=amount,
        balance_transaction=None,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=metadata,
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="succeeded",
        transfer_reversal=None,
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    if from_transfer and charge["transfer"]:
        transfer = call.account.get("transfer", charge["transfer"])
        share = transfer["amount"] * amount // charge["amount"]
        refund["transfer_reversal"] = reverse(call.account, transfer, share)["id"]
    if fee_too and charge["application_fee"]:
        _fee_back(call.account, charge, amount)
    call.account.emit("refund.created", refund)
    call.account.emit("charge.refunded", charge)
    return refund


@route("GET", "/v1/refunds/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One refund."""
    call.params.done()
    return call.account.get("refund", id)


@route("POST", "/v1/refunds/{id}")
def update(call: Call, id: str) -> Obj:
    """Change its metadata."""
    refund = call.account.get("refund", id)
    metadata = call.params.metadata(refund["metadata"])
    call.params.done()
    call.account.change("refund.updated", refund, metadata=metadata)
    return refund


@route("GET", "/v1/refunds")
def list_(call: Call) -> Obj:
    """Newest first; of one `payment_intent` or `charge`."""
    same = {
        name: value
        for name in ("payment_intent", "charge")
        if (value := call.params.text(name)) is not None
    }
    return page(call, call.account.all("refund", **same), url="/v1/refunds")


def fail(account: Account, refund: Obj, reason: str) -> None:
    """The bank sends a refund back, days later."""
    charge = account.get("charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    account.change("refund.failed", refund, status="failed", failure_reason=reason)


def _charge_of(account: Account, intent: str | None, charge: str | None) -> Obj:
    if intent is not None:
        charge = account.get("payment_intent", intent, param="payment_intent")["latest_charge"]
    if charge is None:
        raise invalid("This payment has no successful charge to refund.", param="payment_intent")
    found = account.get("charge", charge, param="charge")
    if not (found["paid"] and found["captured"]):
        raise invalid(f"Charge {charge} was not captured and cannot be refunded.", param="charge")
    return found


def _fee_back(account: Account, charge: Obj, amount: int) -> None:
    """The platform gives back its share of an application fee."""
    platform = account.world.platform
    fee = platform.get("application_fee", charge["application_fee"])
    fee["amount_refunded"] += fee["amount"] * amount // charge["amount"]
    fee["refunded"] = fee["amount_refunded"] == fee["amount"]
    platform.emit("application_fee.refunded", fee)
