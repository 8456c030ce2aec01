"""The fake's payments: test cards, manual capture, wallets, refunds, Checkout, Connect."""

from typing import Any

import httpx
import pytest
import stripe

from tests.fakes.stripe.client import Fake, FakeRefused

PAGE: Any = {
    "mode": "payment",
    "success_url": "https://shop.test/done?session={CHECKOUT_SESSION_ID}",
    "line_items": [
        {
            "quantity": 2,
            "price_data": {
                "currency": "cny",
                "unit_amount": 500,
                "product_data": {"name": "Parcel"},
            },
        }
    ],
}


def pay(api: stripe.StripeClient, card: str = "pm_card_visa", **more: Any) -> stripe.PaymentIntent:
    params: Any = {"amount": 1000, "currency": "cny", "payment_method": card, "confirm": True}
    return api.v1.payment_intents.create(params | more)


@pytest.mark.parametrize(
    ("card", "code", "reason"),
    [
        ("chargeDeclined", "card_declined", "generic_decline"),
        ("chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("chargeDeclinedExpiredCard", "expired_card", None),
        ("chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_each_test_card_is_declined_for_its_own_reason(
    fake: Fake, api: stripe.StripeClient, card: str, code: str, reason: str | None
):
    with pytest.raises(stripe.CardError) as refused:
        pay(api, f"pm_card_{card}")
    assert refused.value.code == code
    assert getattr(refused.value.error, "decline_code", None) == reason
    [intent] = api.v1.payment_intents.list().data
    assert intent.status == "requires_payment_method" and intent.last_payment_error
    paid = api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (paid.status, paid.amount_received) == ("succeeded", 1000)
    kinds = [event["type"] for event in fake.events("payment_intent")]
    assert kinds == [
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
    ]


def test_what_is_set_aside_is_taken_later_or_let_go(api: stripe.StripeClient):
    held = pay(api, capture_method="manual")
    assert (held.status, held.amount_capturable) == ("requires_capture", 1000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.payment_intents.capture(held.id, {"amount_to_capture": 1001})
    assert refused.value.code == "amount_too_large"
    taken = api.v1.payment_intents.capture(held.id, {"amount_to_capture": 600})
    assert (taken.status, taken.amount_received) == ("succeeded", 600)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.payment_intents.cancel(held.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    other = pay(api, capture_method="manual")
    gone = api.v1.payment_intents.cancel(other.id, {"cancellation_reason": "abandoned"})
    assert (gone.status, gone.amount_capturable) == ("canceled", 0)


def test_refunds_never_exceed_what_was_paid(fake: Fake, api: stripe.StripeClient):
    paid = pay(api)
    first = api.v1.refunds.create({"payment_intent": paid.id, "amount": 400})
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.refunds.create({"payment_intent": paid.id, "amount": 601})
    api.v1.refunds.create({"payment_intent": paid.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_already_refunded"
    assert isinstance(paid.latest_charge, str)
    charge = api.v1.charges.retrieve(paid.latest_charge)
    assert charge.refunded and charge.amount_refunded == 1000
    fake.ask("POST", "refunds/fail", refund=first.id, reason="expired_or_canceled_card")
    assert api.v1.refunds.retrieve(first.id).status == "failed"
    assert api.v1.charges.retrieve(charge.id).amount_refunded == 600


def test_a_bank_that_asks_is_answered(fake: Fake, api: stripe.StripeClient):
    asked = pay(api, "pm_card_authenticationRequired", return_url="https://shop.test")
    assert asked.status == "requires_action" and asked.next_action
    assert asked.next_action.type == "redirect_to_url"
    fake.ask("POST", "payment_intents/authenticate", payment_intent=asked.id, succeed=False)
    assert api.v1.payment_intents.retrieve(asked.id).status == "requires_payment_method"
    with pytest.raises(stripe.CardError) as refused:
        pay(api, "pm_card_authenticationRequired", off_session=True)
    assert refused.value.code == "authentication_required"


@pytest.mark.parametrize("wallet", ["alipay", "wechat_pay"])
def test_a_wallet_sends_its_payer_away_and_back(fake: Fake, api: stripe.StripeClient, wallet: str):
    method = api.v1.payment_methods.create({"type": wallet})  # type: ignore[typeddict-item]
    away = pay(api, method.id, payment_method_types=[wallet], return_url="https://shop.test")
    assert away.status == "requires_action"
    fake.ask("POST", "payment_intents/authenticate", payment_intent=away.id)
    assert api.v1.payment_intents.retrieve(away.id).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="manual"):
        pay(api, method.id, payment_method_types=[wallet], capture_method="manual")
    with pytest.raises(stripe.InvalidRequestError, match="not allowed"):
        pay(api, method.id)


def test_a_page_is_paid_on_as_a_browser_would(fake: Fake, api: stripe.StripeClient):
    session = api.v1.checkout.sessions.create(PAGE)
    assert (session.amount_total, session.status) == (1000, "open")
    assert session.url and session.url.startswith(fake.url)
    for card in ("pm_card_chargeDeclined", "pm_card_chargeCustomerFail"):
        with pytest.raises(FakeRefused, match="declined"):
            fake.complete(session.url, payment_method=card)
    assert api.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert fake.complete(session.url) == f"https://shop.test/done?session={session.id}"
    done = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (done.status, done.payment_status) == ("complete", "paid")
    assert isinstance(done.payment_intent, stripe.PaymentIntent)
    assert done.payment_intent.status == "succeeded"
    with pytest.raises(FakeRefused, match="complete"):
        fake.complete(session.id)
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.checkout.sessions.expire(session.id)
    [event] = fake.events("checkout.session")
    assert event["type"] == "checkout.session.completed"


def test_a_page_takes_the_wallets_it_names(fake: Fake, api: stripe.StripeClient):
    types = {"payment_method_types": ["card", "alipay", "wechat_pay"]}
    with pytest.raises(stripe.InvalidRequestError, match="client"):
        api.v1.checkout.sessions.create(PAGE | types)
    options = {"payment_method_options": {"wechat_pay": {"client": "web"}}}
    session = api.v1.checkout.sessions.create(PAGE | types | options)
    with pytest.raises(FakeRefused, match="did not agree"):
        fake.complete(session.id, payment_method="alipay", agrees=False)
    fake.complete(session.id, payment_method="wechat_pay")
    assert api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_page_that_nobody_completes_expires(fake: Fake, api: stripe.StripeClient):
    session = api.v1.checkout.sessions.create(PAGE)
    fake.advance(days=1)
    assert api.v1.checkout.sessions.retrieve(session.id).status == "expired"
    with pytest.raises(FakeRefused, match="expired"):
        fake.complete(session.id)


def test_the_fakes_own_pages_have_a_button(fake: Fake, api: stripe.StripeClient):
    session = api.v1.checkout.sessions.create(PAGE)
    assert session.url
    assert "1000 cny" in httpx.get(session.url).text
    refused = httpx.post(session.url, data={"payment_method": "pm_card_chargeDeclined"})
    assert refused.status_code == 402 and "declined" in refused.text
    paid = httpx.post(session.url, data={"payment_method": "pm_card_visa"})
    assert paid.status_code == 303 and session.id in paid.headers["Location"]
    assert httpx.get(f"{fake.url}/c/pay/none").status_code == 404


def account(fake: Fake, api: stripe.StripeClient) -> str:
    """A connected account that may be paid."""
    made = api.v1.accounts.create(
        {
            "type": "express",
            "country": "GB",
            "capabilities": {
                "transfers": {"requested": True},
                "card_payments": {"requested": True},
            },
        }
    )
    link = api.v1.account_links.create(
        {
            "account": made.id,
            "type": "account_onboarding",
            "refresh_url": "https://shop.test/again",
            "return_url": "https://shop.test/done",
        }
    )
    assert link.url.startswith(fake.url) and not made.charges_enabled
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.transfers.create({"amount": 1, "currency": "gbp", "destination": made.id})
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    fake.ask("POST", "accounts/complete", account=made.id)
    assert api.v1.accounts.retrieve(made.id).payouts_enabled
    return made.id


def test_a_connected_account_is_paid_its_share(fake: Fake, api: stripe.StripeClient):
    theirs = account(fake, api)
    paid = pay(api, application_fee_amount=150, transfer_data={"destination": theirs})
    [transfer] = api.v1.transfers.list({"destination": theirs}).data
    [fee] = api.v1.application_fees.list().data
    assert (transfer.amount, fee.amount, fee.account) == (1000, 150, theirs)
    api.v1.refunds.create(
        {"payment_intent": paid.id, "reverse_transfer": True, "refund_application_fee": True}
    )
    assert api.v1.transfers.retrieve(transfer.id).reversed
    assert api.v1.application_fees.retrieve(fee.id).refunded
    sent = api.v1.transfers.create({"amount": 70, "currency": "gbp", "destination": theirs})
    api.v1.transfers.reversals.create(sent.id, {"amount": 30})
    assert api.v1.transfers.retrieve(sent.id).amount_reversed == 30


def test_a_direct_charge_is_the_accounts_own(fake: Fake, api: stripe.StripeClient):
    theirs = account(fake, api)
    paid = api.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "gbp",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "application_fee_amount": 90,
        },
        {"stripe_account": theirs},
    )
    assert paid.status == "succeeded"
    assert api.v1.payment_intents.list().data == []
    [fee] = api.v1.application_fees.list().data
    assert (fee.amount, fee.account) == (90, theirs)
    mine = [event for event in fake.events() if event.get("account") == theirs]
    assert "payment_intent.succeeded" in [event["type"] for event in mine]
    assert "account.updated" in [event["type"] for event in mine]


def test_payment_methods_are_kept_and_let_go(api: stripe.StripeClient):
    customer = api.v1.customers.create({}).id
    with pytest.raises(stripe.CardError):
        api.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer})
    kept = api.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    assert kept.card and kept.card.last4 == "4242"
    listed = api.v1.customers.payment_methods.list(customer)
    assert [each.id for each in listed.data] == [kept.id]
    api.v1.payment_methods.detach(kept.id)
    with pytest.raises(stripe.InvalidRequestError, match="previously used"):
        api.v1.payment_methods.attach(kept.id, {"customer": customer})
    for number, code in {"4242424242424241": "incorrect_number"}.items():
        with pytest.raises(stripe.InvalidRequestError) as refused:
            api.v1.payment_methods.create({"type": "card", "card": {"number": number}})
        assert refused.value.code == code
