"""Customers and their tax ids: https://docs.stripe.com/api/customers."""

import re
from copy import deepcopy
from typing import Any

from tests.fakes.stripe.errors import invalid
from tests.fakes.stripe.expansion import includable
from tests.fakes.stripe.params import Params
from tests.fakes.stripe.routes import Call, page, route
from tests.fakes.stripe.world import Account, Obj, list_of

TEXTS = ("name", "email", "phone", "description", "business_name", "individual_name")

TAX_IDS = {
    "eu_vat": r"[A-Z]{2}[0-9A-Z]{2,13}",
    "gb_vat": r"GB\d{9}(\d{3})?",
    "cn_tin": r"[0-9A-Z]{15,20}",
    "us_ein": r"\d{2}-?\d{7}",
    "au_abn": r"\d{11}",
    "nz_gst": r"\d{8,9}",
}
"""The kinds of tax id that the fake knows, and what they look like."""


@route("POST", "/v1/customers")
def create(call: Call) -> Obj:
    """A new customer."""
    params = call.params
    facts = _facts(call, {})
    method = params.text("payment_method")
    tax_ids = [(each.need("type"), each.need("value")) for each in params.hashes("tax_id_data")]
    params.done()
    for type_, value in tax_ids:
        _tax_id_checked(type_, value)
    customer = call.account.new(
        "cus",
        "customer",
        **{
            **dict.fromkeys(TEXTS),
            "address": None,
            "balance": 0,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "invoice_prefix": None,
            "invoice_settings": {"default_payment_method": None, "custom_fields": None},
            "metadata": {},
            "next_invoice_sequence": 1,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
            **facts,
        },
    )
    customer["invoice_prefix"] = customer["id"][-8:].upper()
    for type_, value in tax_ids:
        tax_id_add(call.account, customer, type_, value)
    call.account.emit("customer.created", customer)
    if method:
        from tests.fakes.stripe.payment_methods import attach

        attach(call.account, method, customer["id"])
    return customer


@route("GET", "/v1/customers/{id}")
def retrieve(call: Call, id: str) -> Obj:
    """One customer; of a deleted one, that it is."""
    call.params.done()
    found = call.account.objects.get(id)
    if found is not None and found.get("_deleted"):
        return {"id": id, "object": "customer", "deleted": True}
    return call.account.get("customer", id)


@route("POST", "/v1/customers/{id}")
def update(call: Call, id: str) -> Obj:
    """Change what is given."""
    customer = call.account.get("customer", id)
    facts = _facts(call, customer)
    call.params.done()
    call.account.change("customer.updated", customer, **facts)
    return customer


@route("DELETE", "/v1/customers/{id}")
def delete(call: Call, id: str) -> Obj:
    """Delete it; its subscriptions end at once."""
    from tests.fakes.stripe.subscriptions import end

    call.params.done()
    customer = call.account.get("customer", id)
    for subscription in call.account.all("subscription", customer=id):
        if subscription["status"] not in ("canceled", "incomplete_expired"):
            end(call.account, subscription)
    call.account.emit("customer.deleted", customer)
    return call.account.forget(customer)


@route("GET", "/v1/customers")
def list_(call: Call) -> Obj:
    """Newest first; those of one `email`."""
    email = call.params.text("email")
    found = call.account.all("customer", **({"email": email} if email else {}))
    return page(call, found, url="/v1/customers")


@route("POST", "/v1/customers/{id}/tax_ids")
def tax_id_create(call: Call, id: str) -> Obj:
    """Give a customer a tax id."""
    customer = call.account.get("customer", id)
    type_, value = call.params.need("type"), call.params.need("value")
    call.params.done()
    return tax_id_add(call.account, customer, type_, value)


@route("GET", "/v1/customers/{id}/tax_ids")
def tax_id_list(call: Call, id: str) -> Obj:
    """A customer's tax ids."""
    call.account.get("customer", id)
    found = call.account.all("tax_id", customer=id)
    return page(call, found, url=f"/v1/customers/{id}/tax_ids")


@route("GET", "/v1/customers/{id}/tax_ids/{tax_id}")
def tax_id_retrieve(call: Call, id: str, tax_id: str) -> Obj:
    """One tax id."""
    call.params.done()
    call.account.get("customer", id)
    return call.account.get("tax_id", tax_id)


@route("DELETE", "/v1/customers/{id}/tax_ids/{tax_id}")
def tax_id_delete(call: Call, id: str, tax_id: str) -> Obj:
    """Take a tax id away."""
    call.params.done()
    call.account.get("customer", id)
    found = call.account.get("tax_id", tax_id)
    call.account.emit("customer.tax_id.deleted", found)
    return call.account.forget(found)


def tax_id_add(account: Account, customer: Obj, type_: str, value: str) -> Obj:
    """A customer's new tax id. Raises `ApiError` unless it looks like one of its kind."""
    _tax_id_checked(type_, value)
    made = account.new(
        "txi",
        "tax_id",
        country=value[:2] if type_ == "eu_vat" else type_[:2].upper(),
        customer=customer["id"],
        owner={"type": "customer", "customer": customer["id"]},
        type=type_,
        value=value,
        verification={"status": "pending", "verified_address": None, "verified_name": None},
    )
    account.emit("customer.tax_id.created", made)
    return made


def _tax_id_checked(type_: str, value: str) -> None:
    if type_ not in TAX_IDS:
        raise invalid(f"Invalid type: {type_}", param="type")
    if not re.fullmatch(TAX_IDS[type_], value):
        raise invalid(f"Invalid value for {type_}.", param="value", code="tax_id_invalid")


@includable("customer", "tax_ids")
def _tax_ids(account: Account, customer: Obj) -> Obj:
    url = f"/v1/customers/{customer['id']}/tax_ids"
    return list_of(account.all("tax_id", customer=customer["id"]), url)


@includable("customer", "subscriptions")
def _subscriptions(account: Account, customer: Obj) -> Obj:
    living = [
        each
        for each in account.all("subscription", customer=customer["id"])
        if each["status"] not in ("canceled", "incomplete_expired")
    ]
    return list_of(living, f"/v1/customers/{customer['id']}/subscriptions")


def _facts(call: Call, present: Obj) -> Obj:
    """What a creation or a change of a customer says."""
    params: Params = call.params
    facts: dict[str, Any] = {name: params.text(name) for name in TEXTS if name in params}
    for name in ("address", "shipping"):
        if name in params:
            facts[name] = params.plain(name) or None
    if "preferred_locales" in params:
        facts["preferred_locales"] = params.texts("preferred_locales")
    if "balance" in params:
        facts["balance"] = params.need_number("balance")
    if "tax_exempt" in params:
        facts["tax_exempt"] = params.choice("tax_exempt", ("none", "exempt", "reverse")) or "none"
    if "metadata" in params:
        facts["metadata"] = params.metadata(present.get("metadata"))
    if "invoice_settings" in params:
        settings = params.inner("invoice_settings")
        method = settings.text("default_payment_method")
        if method:
            call.account.get(
                "payment_method", method, param=settings.name_of("default_payment_method")
            )
        facts["invoice_settings"] = deepcopy(
            present.get("invoice_settings", {"custom_fields": None})
        ) | {"default_payment_method": method}
    return facts
