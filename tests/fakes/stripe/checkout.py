"""Checkout's pages: https://docs.stripe.com/api/checkout/sessions."""

from typing import Any

from tests.fakes.stripe import catalogue
from tests.fakes.stripe.errors import invalid
from tests.fakes.stripe.expansion import includable
from tests.fakes.stripe.params import Params
from tests.fakes.stripe.payment_methods import TYPES, WALLETS
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import DAY, Account, Due, Obj, list_of, timer

KEPT = ("allow_promotion_codes", "billing_address_collection", "consent_collection", "locale")
KEPT += ("phone_number_collection", "submit_type", "payment_method_options", "custom_text")


@route("POST", "/v1/checkout/sessions")
def create(call: Call) -> Obj:
    """A page on which somebody pays, or subscribes."""
    params, account = call.params, call.account
    mode = params.choice("mode", ("payment", "subscription")) or params.need("mode")
    lines = [_line(account, each, mode) for each in params.hashes("line_items")]
    if not lines:
        raise invalid("Missing required param: line_items.", param="line_items")
    types = params.texts("payment_method_types") or ["card"]
    kept = {name: params.plain(name) for name in KEPT}
    _types_checked(types, mode, kept["payment_method_options"] or {})
    customer = params.text("customer")
    if customer:
        account.get("customer", customer, param="customer")
    collects, taxed = _tax(params, customer)
    facts: Obj = {
        "cancel_url": params.text("cancel_url"),
        "client_reference_id": params.text("client_reference_id"),
        "customer_creation": params.choice("customer_creation", ("always", "if_required")),
        "customer_email": params.text("customer_email"),
        "expires_at": params.number("expires_at") or call.now + DAY,
        "metadata": params.metadata(),
        "success_url": params.need("success_url"),
        "_payment": _payment(params.inner("payment_intent_data")),
        "_subscription": _subscription(params.inner("subscription_data"), call.now),
    }
    params.choice("ui_mode", ("hosted_page", "hosted"))
    params.choice("payment_method_collection", ("always", "if_required"))
    params.done()
    if not call.now + 1800 <= facts["expires_at"] <= call.now + DAY:
        raise invalid("The `expires_at` timestamp must be 30 minutes to 24 hours from now.",
                      param="expires_at")  # fmt: skip
    subtotal = sum(price["unit_amount"] * quantity for price, quantity in lines)
    session = account.new(
        "cs_test",
        "checkout.session",
        amount_subtotal=subtotal,
        amount_total=subtotal,
        automatic_tax={"enabled": taxed, "status": None},
        currency=lines[0][0]["currency"],
        customer=customer,
        customer_details=None,
        invoice=None,
        mode=mode,
        payment_intent=None,
        payment_method_types=types,
        payment_status="unpaid",
        setup_intent=None,
        status="open",
        subscription=None,
        tax_id_collection={"enabled": collects},
        ui_mode="hosted_page",
        _lines=lines,
        **kept | facts,
    )
    session["url"] = f"{call.world.hosted_at}/c/pay/{session['id']}"
    return session


@route("GET", "/v1/checkout/sessions/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One session."""
    call.params.done()
    return call.account.get("checkout.session", id)


@route("GET", "/v1/checkout/sessions")
def list_(call: Call) -> Obj:
    """Newest first; of one `customer`, `payment_intent`, `subscription` or `status`."""
    same = {
        name: value
        for name in ("customer", "payment_intent", "subscription", "status")
        if (value := call.params.text(name)) is not None
    }
    return page(call, call.account.all("checkout.session", **same), url="/v1/checkout/sessions")


@route("GET", "/v1/checkout/sessions/{id}/line_items")
def line_items(call: Call, id: str) -> Obj:
    """What is sold by it."""
    shown = _line_items(call.account, call.account.get("checkout.session", id))["data"]
    return page(call, shown, url=f"/v1/checkout/sessions/{id}/line_items")


@route("POST", "/v1/checkout/sessions/{id}/expire")
def expire_now(call: Call, id: str) -> Obj:
    """Close the page."""
    call.params.done()
    session = call.account.get("checkout.session", id)
    if session["status"] != "open":
        raise invalid('Only Checkout Sessions with a status in ["open"] can be expired.')
    expire(call.account, session)
    return session


def expire(account: Account, session: Obj) -> None:
    """Nobody came."""
    account.change("checkout.session.expired", session, status="expired", url=None)


@timer
def of_sessions(account: Account) -> Any:
    """Pages that nobody completes expire."""
    for session in account.all("checkout.session", status="open"):
        yield Due(session["expires_at"], lambda session=session: expire(account, session))


@includable("checkout.session", "line_items")
def _line_items(account: Account, session: Obj) -> Obj:
    shown = [
        {
            "id": f"li_{price['id'][6:]}",
            "object": "item",
            "amount_subtotal": price["unit_amount"] * quantity,
            "amount_total": price["unit_amount"] * quantity,
            "currency": price["currency"],
            "description": account.objects[price["product"]]["name"],
            "price": price,
            "quantity": quantity,
        }
        for price, quantity in session["_lines"]
    ]
    return list_of(shown, f"/v1/checkout/sessions/{session['id']}/line_items")


def _line(account: Account, params: Params, mode: str) -> tuple[Obj, int]:
    """A price, named or made on the spot, and how many."""
    quantity = params.number("quantity") or 1
    if "price_data" in params:
        data = params.inner("price_data")
        facts = catalogue.price_facts(data)
        product, fresh = data.text("product"), data.inner("product_data")
        name, description = fresh.text("name"), fresh.text("description")
        fresh.plain("images")
        metadata = fresh.metadata()
        if product is not None:
            of = account.get("product", product, param=data.name_of("product"))
        else:
            of = account.new(
                "prod",
                "product",
                active=True,
                name=name or data.need("product"),
                description=description,
                metadata=metadata,
            )
        price = catalogue.price_made(account, of, **facts)
    else:
        price = catalogue.price_usable(account, params.need("price"), param=params.name_of("price"))
    if mode == "subscription" and price["recurring"] is None:
        message = "You must provide at least one recurring price in `subscription` mode."
        raise invalid(message, param=params.name_of("price"))
    if mode == "payment" and price["recurring"] is not None:
        message = "You specified `payment` mode but passed a recurring price."
        raise invalid(message, param=params.name_of("price"))
    return price, quantity


def _types_checked(types: list[str], mode: str, options: Obj) -> None:
    for type_ in types:
        if type_ not in TYPES:
            message = f"Invalid payment_method_types: must be one of {', '.join(TYPES)}"
            raise invalid(message, param="payment_method_types")
        if type_ in WALLETS and mode == "subscription":
            raise invalid(f"{type_} cannot be used in `subscription` mode.", param="mode")
    if "wechat_pay" in types and options.get("wechat_pay", {}).get("client") != "web":
        message = "You must set `payment_method_options[wechat_pay][client]` to `web`."
        raise invalid(message, param="payment_method_options[wechat_pay][client]")


def _tax(params: Params, customer: str | None) -> tuple[bool, bool]:
    """Whether tax ids are asked for, and whether tax is added."""
    collects = bool(params.inner("tax_id_collection").flag("enabled"))
    taxed = bool(params.inner("automatic_tax").flag("enabled"))
    updated = params.inner("customer_update")
    may = {name: updated.text(name) == "auto" for name in ("name", "address", "shipping")}
    if customer and collects and not may["name"]:
        message = (
            "Tax ID collection requires updating business name on the customer. To enable tax ID "
            "collection for an existing customer, please set `customer_update[name]` to `auto`."
        )
        raise invalid(message, param="customer_update[name]")
    if customer and taxed and not may["address"]:
        message = (
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Set "
            "`customer_update[address]` to `auto`."
        )
        raise invalid(message, code="customer_tax_location_invalid")
    if any(may.values()) and not customer:
        raise invalid("`customer_update` can only be used with `customer`.")
    return collects, taxed


def _payment(data: Params) -> Obj:
    """What is said of the payment that the page makes."""
    said: Obj = {
        name: value
        for name in ("description", "on_behalf_of", "transfer_group", "receipt_email")
        if (value := data.text(name)) is not None
    }
    said["capture_method"] = data.choice("capture_method", ("automatic", "manual"), "automatic")
    said["metadata"] = data.metadata()
    said["application_fee_amount"] = data.number("application_fee_amount")
    said["setup_future_usage"] = data.choice("setup_future_usage", ("off_session", "on_session"))
    destination = data.inner("transfer_data").text("destination")
    said["transfer_data"] = {"destination": destination} if destination else None
    return said


def _subscription(data: Params, now: int) -> Obj:
    """What is said of the subscription that the page begins."""
    days, until = data.number("trial_period_days"), data.number("trial_end")
    if until is not None and until < now + 2 * DAY:
        message = "The `trial_end` date has to be at least 2 days in the future."
        raise invalid(message, param="subscription_data[trial_end]")
    said: Obj = {"trial_end": until or (now + days * DAY if days else None)}
    said["metadata"] = data.metadata()
    said["description"] = data.text("description")
    said["trial_settings"] = data.plain("trial_settings")
    return said
