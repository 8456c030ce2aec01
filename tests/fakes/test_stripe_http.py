"""The fake's HTTP: keys, parameters, idempotency, pages, expansion, errors, accidents."""

import threading
from typing import Any

import httpx
import pytest
import stripe

from tests.fakes.stripe.client import Fake
from tests.fakes.stripe.forms import decoded


def post(fake: Fake, path: str, form: str, **headers: str) -> httpx.Response:
    """A request as curl would send it."""
    headers.setdefault("Authorization", f"Bearer {fake.key}")
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return httpx.post(f"{fake.url}/v1/{path}", content=form, headers=headers)


def test_brackets_become_lists_and_hashes():
    assert decoded("a=1&b[c]=2&b[d][0][e]=3&b[d][1][e]=4&f[]=5&f[]=6&g[%E6]=7&h=") == {
        "a": "1",
        "b": {"c": "2", "d": [{"e": "3"}, {"e": "4"}]},
        "f": ["5", "6"],
        "g": {"\ufffd": "7"},
        "h": "",
    }


def test_a_key_is_needed_and_has_to_be_the_right_one(fake: Fake):
    for header, status in {
        "": 401,
        "Bearer": 401,
        "Bearer sk_test_other": 401,
        "Bearer pk_test_fake": 403,
        f"Bearer {fake.key}": 200,
        "Basic c2tfdGVzdF9mYWtlOg==": 200,
    }.items():
        answer = httpx.get(f"{fake.url}/v1/customers", headers={"Authorization": header})
        assert answer.status_code == status, header
        assert status == 200 or answer.json()["error"]["type"] == "invalid_request_error"
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_test_x", base_addresses={"api": fake.url}).v1.customers.list()


def test_a_parameter_that_does_not_exist_or_is_missing_is_named(
    fake: Fake, api: stripe.StripeClient
):
    wrong = post(fake, "customers", "nickname=x").json()["error"]
    assert (wrong["code"], wrong["param"]) == ("parameter_unknown", "nickname")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.prices.create({"currency": "cny", "unit_amount": 1})
    assert refused.value.param == "product"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.customers.retrieve("cus_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert post(fake, "nothing", "").status_code == 404
    assert api.v1.customers.list().data == []


def test_the_same_key_and_parameters_give_the_same_answer(fake: Fake):
    first = post(fake, "customers", "name=Maya", **{"Idempotency-Key": "one"})
    again = post(fake, "customers", "name=Maya", **{"Idempotency-Key": "one"})
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = post(fake, "customers", "name=Tomas", **{"Idempotency-Key": "one"})
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    elsewhere = post(fake, "products", "name=Maya", **{"Idempotency-Key": "one"})
    assert elsewhere.status_code == 400
    # A wrong parameter begins nothing, so its key is free.
    assert post(fake, "products", "nome=x", **{"Idempotency-Key": "two"}).status_code == 400
    assert post(fake, "products", "name=x", **{"Idempotency-Key": "two"}).status_code == 200


def test_a_decline_is_kept_under_its_key(fake: Fake, api: stripe.StripeClient):
    params: Any = {
        "amount": 100,
        "currency": "cny",
        "payment_method": "pm_card_chargeDeclined",
        "confirm": True,
    }
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            api.v1.payment_intents.create(params, {"idempotency_key": "pay"})
        assert (refused.value.code, refused.value.http_status) == ("card_declined", 402)
        assert refused.value.error.decline_code == "generic_decline"
    assert len(api.v1.payment_intents.list().data) == 1


def test_keys_are_per_account(fake: Fake, api: stripe.StripeClient):
    other = api.v1.accounts.create({"type": "standard"}).id
    options: Any = {"idempotency_key": "one"}
    mine = api.v1.customers.create({"name": "Maya"}, options)
    theirs = api.v1.customers.create({"name": "Tomas"}, {**options, "stripe_account": other})
    assert mine.name == "Maya" and theirs.name == "Tomas"
    assert [each.id for each in api.v1.customers.list().data] == [mine.id]
    with pytest.raises(stripe.PermissionError):
        api.v1.customers.list(None, {"stripe_account": "acct_unknown"})


def test_a_key_at_work_is_in_use(fake: Fake):
    fake.fault("delay", seconds=4, times=0)
    statuses: list[int] = []

    def twice() -> None:
        statuses.append(post(fake, "customers", "", **{"Idempotency-Key": "k"}).status_code)

    threads = [threading.Thread(target=twice) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409]
    fake.well()
    assert post(fake, "customers", "", **{"Idempotency-Key": "k"}).status_code == 200


def test_a_lost_answer_is_found_again_by_the_sdks_own_retry(fake: Fake):
    client = stripe.StripeClient(fake.key, base_addresses={"api": fake.url}, max_network_retries=2)
    fake.fault("lose", on="POST /v1/customers")
    made = client.v1.customers.create({"name": "Maya"})
    fake.fault("drop", on="POST /v1/customers")
    fake.fault("error", on="POST /v1/customers")
    client.v1.customers.create({"name": "Tomas"})
    assert [each.name for each in client.v1.customers.list().data] == ["Tomas", "Maya"]
    assert client.v1.customers.retrieve(made.id).name == "Maya"


def test_accidents_have_the_sdks_exceptions(fake: Fake, api: stripe.StripeClient):
    for kind, error in {
        "error": stripe.APIError,
        "rate_limit": stripe.RateLimitError,
        "drop": stripe.APIConnectionError,
    }.items():
        fake.fault(kind, times=0)
        with pytest.raises(error):
            api.v1.customers.list()
        fake.well()
        assert api.v1.customers.list().data == []


def test_lists_come_in_pages(api: stripe.StripeClient):
    made = [api.v1.customers.create({"name": str(number)}).id for number in range(7)]
    first = api.v1.customers.list({"limit": 3})
    assert [each.id for each in first.data] == made[:3:-1] and first.has_more
    second = api.v1.customers.list({"limit": 3, "starting_after": first.data[-1].id})
    assert [each.id for each in second.data] == made[3:0:-1] and second.has_more
    back = api.v1.customers.list({"limit": 2, "ending_before": second.data[0].id})
    assert [each.id for each in back.data] == [made[5], made[4]] and back.has_more
    every = api.v1.customers.list({"limit": 2}).auto_paging_iter()
    assert [each.id for each in every] == made[::-1]
    for wrong in ({"limit": 101}, {"limit": 0}, {"starting_after": "cus_none"}):
        with pytest.raises(stripe.InvalidRequestError):
            api.v1.customers.list(wrong)  # type: ignore[arg-type]


def test_what_is_expanded_is_the_object(api: stripe.StripeClient):
    customer = api.v1.customers.create(
        {"tax_id_data": [{"type": "eu_vat", "value": "DE123456789"}]}
    )
    assert not hasattr(customer, "tax_ids")
    shown = api.v1.customers.retrieve(customer.id, {"expand": ["tax_ids"]})
    assert shown.tax_ids and shown.tax_ids.data[0].value == "DE123456789"
    product = api.v1.products.create({"name": "Errands"})
    api.v1.prices.create({"product": product.id, "currency": "cny", "unit_amount": 9900})
    listed = api.v1.prices.list({"expand": ["data.product"]}).data[0]
    assert isinstance(listed.product, stripe.Product) and listed.product.name == "Errands"
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        api.v1.prices.list({"expand": ["data.nothing"]})


def test_metadata_is_merged_and_unset(api: stripe.StripeClient):
    customer = api.v1.customers.create({"metadata": {"a": "1", "b": "2"}, "name": "Maya"})
    api.v1.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}, "name": ""})
    changed = api.v1.customers.retrieve(customer.id)
    assert changed.metadata is not None and changed.metadata.to_dict() == {"a": "1", "c": "3"}
    assert changed.name is None


def test_nothing_of_its_own_leaves_the_fake(fake: Fake, api: stripe.StripeClient):
    api.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    api.v1.webhook_endpoints.create({"url": "http://x.test", "enabled_events": ["*"]})
    method = api.v1.payment_methods.retrieve("pm_card_visa")
    for text in (str(method), str(api.v1.webhook_endpoints.list()), str(fake.events())):
        assert '"_' not in text and "whsec" not in text


def test_it_runs_by_itself(fake: Fake):
    listed = fake.ask("GET", "")
    assert "POST checkout/complete" in listed and all(listed.values())
