"""Products and prices: https://docs.stripe.com/api/products, …/api/prices."""

from typing import Any

from tests.fakes.stripe.errors import ApiError, invalid
from tests.fakes.stripe.params import Params
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import Account, Obj

INTERVALS = ("day", "week", "month", "year")


@route("POST", "/v1/products")
def product_create(call: Call) -> Obj:
    """A product; its `id` may be chosen."""
    params = call.params
    id_, name = params.text("id"), params.need("name")
    facts = _product_facts(params, {"metadata": {}})
    params.done()
    if id_ is not None and id_ in call.account.objects:
        message = f"Product already exists: '{id_}'"
        raise invalid(message, param="id", code="resource_already_exists")
    plain: Obj = {
        "active": True,
        "default_price": None,
        "description": None,
        "images": [],
        "marketing_features": [],
        "metadata": {},
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": call.now,
        "url": None,
    }
    product = call.account.new("prod", "product", id=id_, **plain | facts | {"name": name})
    call.account.emit("product.created", product)
    return product


@route("GET", "/v1/products/{id}")
def product_retrieve(call: Call, id: str) -> Obj:
    """One product."""
    call.params.done()
    return call.account.get("product", id)


@route("POST", "/v1/products/{id}")
def product_update(call: Call, id: str) -> Obj:
    """Change what is given."""
    product = call.account.get("product", id)
    facts = _product_facts(call.params, product)
    if "name" in call.params:
        facts["name"] = call.params.need("name")
    call.params.done()
    call.account.change("product.updated", product, **facts, updated=call.now)
    return product


@route("GET", "/v1/products")
def product_list(call: Call) -> Obj:
    """Newest first; of those, the `active`, or some `ids`."""
    active, ids = call.params.flag("active"), call.params.texts("ids")
    found = [
        each
        for each in call.account.all("product")
        if active in (None, each["active"]) and (ids is None or each["id"] in ids)
    ]
    return page(call, found, url="/v1/products")


@route("DELETE", "/v1/products/{id}")
def product_delete(call: Call, id: str) -> Obj:
    """Delete a product that has no price."""
    call.params.done()
    product = call.account.get("product", id)
    if call.account.all("price", product=id):
        raise invalid("This product cannot be deleted because it has one or more prices.")
    call.account.emit("product.deleted", product)
    return call.account.forget(product)


@route("POST", "/v1/prices")
def price_create(call: Call) -> Obj:
    """A price of a product. What it costs never changes afterwards."""
    params = call.params
    product = call.account.get("product", params.need("product"), param="product")
    facts = price_facts(params)
    lookup, moved = params.text("lookup_key"), params.flag("transfer_lookup_key")
    facts |= {
        "active": params.flag("active") is not False,
        "nickname": params.text("nickname"),
        "metadata": params.metadata(),
    }
    params.done()
    _lookup_taken(call.account, lookup, moved=bool(moved))
    return price_made(call.account, product, **facts, lookup_key=lookup)


@route("GET", "/v1/prices/{id}")
def price_retrieve(call: Call, id: str) -> Obj:
    """One price."""
    call.params.done()
    return call.account.get("price", id)


@route("POST", "/v1/prices/{id}")
def price_update(call: Call, id: str) -> Obj:
    """Change what may change: whether it is active, its key, its words."""
    params = call.params
    price = call.account.get("price", id)
    facts: Obj = {}
    if "active" in params:
        facts["active"] = params.flag("active")
    if "nickname" in params:
        facts["nickname"] = params.text("nickname")
    if "metadata" in params:
        facts["metadata"] = params.metadata(price["metadata"])
    lookup, moved = params.text("lookup_key"), params.flag("transfer_lookup_key")
    params.done()
    if lookup is not None and lookup != price["lookup_key"]:
        _lookup_taken(call.account, lookup, moved=bool(moved))
        facts["lookup_key"] = lookup
    call.account.change("price.updated", price, **facts)
    return price


@route("GET", "/v1/prices")
def price_list(call: Call) -> Obj:
    """Newest first; by `active`, `product`, `lookup_keys`, `currency`, `type`."""
    params = call.params
    active, keys = params.flag("active"), params.texts("lookup_keys")
    same = {name: params.text(name) for name in ("product", "currency", "type")}
    found = [
        each
        for each in call.account.all("price")
        if active in (None, each["active"])
        and (keys is None or each["lookup_key"] in keys)
        and all(value in (None, each[name]) for name, value in same.items())
    ]
    return page(call, found, url="/v1/prices")


def price_facts(params: Params) -> Obj:
    """What a price costs and how often, as `prices` and `price_data` say it."""
    currency, amount = params.need("currency"), params.need_number("unit_amount")
    behaviours = ("exclusive", "inclusive", "unspecified")
    facts: dict[str, Any] = {
        "currency": currency,
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
        "tax_behavior": params.choice("tax_behavior", behaviours, "unspecified"),
        "recurring": None,
        "type": "one_time",
    }
    if currency != currency.lower() or len(currency) != 3:
        raise invalid(f"Invalid currency: {currency}", param=params.name_of("currency"))
    if amount < 0:
        raise invalid("Invalid integer: unit_amount must be at least 0", param="unit_amount")
    if "recurring" in params:
        recurring = params.inner("recurring")
        facts["type"] = "recurring"
        facts["recurring"] = {
            "interval": recurring.choice("interval", INTERVALS) or recurring.need("interval"),
            "interval_count": recurring.number("interval_count") or 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        }
    return facts


def price_made(account: Account, product: Obj, **facts: Any) -> Obj:
    """Keep a new price."""
    if not product["active"]:
        message = "The price specified is inactive. This field only accepts active products."
        raise invalid(message, param="product")
    plain: Obj = {
        "active": True,
        "billing_scheme": "per_unit",
        "custom_unit_amount": None,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "tiers_mode": None,
        "transform_quantity": None,
    }
    price = account.new("price", "price", product=product["id"], **plain | facts)
    account.emit("price.created", price)
    return price


def price_usable(account: Account, id_: str, *, param: str) -> Obj:
    """An active price. Raises `ApiError` otherwise."""
    price = account.get("price", id_, param=param)
    if not price["active"]:
        message = "The price specified is inactive. This field only accepts active prices."
        raise invalid(message, param=param)
    return price


def _lookup_taken(account: Account, key: str | None, *, moved: bool) -> None:
    """Take the key from the price that has it. Raises `ApiError` if it may not be moved."""
    for holder in account.all("price", lookup_key=key) if key else []:
        if not moved:
            message = f"A price (`{holder['id']}`) already uses that lookup key."
            raise ApiError(400, "invalid_request_error", message, param="lookup_key")
        account.change("price.updated", holder, lookup_key=None)


def _product_facts(params: Params, present: Obj) -> Obj:
    facts: Obj = {}
    for name in ("description", "statement_descriptor", "tax_code", "unit_label", "url"):
        if name in params:
            facts[name] = params.text(name)
    if "active" in params:
        facts["active"] = params.flag("active")
    if "images" in params:
        facts["images"] = params.texts("images") or []
    if "metadata" in params:
        facts["metadata"] = params.metadata(present["metadata"])
    if "default_price" in params:
        facts["default_price"] = params.text("default_price")
    return facts
