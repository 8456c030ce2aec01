"""The fake's Billing: trials, renewals, dunning, prorations, taxes, the portal, by the clock."""

from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from tests.fakes.stripe.client import Fake, FakeRefused
from tests.fakes.stripe.periods import period_after

DAY = 86_400


@pytest.fixture
def prices(api: stripe.StripeClient) -> dict[str, str]:
    """A small and a large plan, by the month."""
    made = {}
    for name, amount in {"small": 3000, "large": 9000}.items():
        product = api.v1.products.create({"id": name, "name": name.title()})
        made[name] = api.v1.prices.create(
            {
                "product": product.id,
                "currency": "cny",
                "unit_amount": amount,
                "recurring": {"interval": "month"},
            }
        ).id
    return made


class Subscriber:
    """A customer with one subscription."""

    def __init__(self, fake: Fake, api: stripe.StripeClient, price: str, **more: Any) -> None:
        self.fake, self.api = fake, api
        self.customer = api.v1.customers.create({}).id
        method = api.v1.payment_methods.attach("pm_card_visa", {"customer": self.customer})
        settings: Any = {"invoice_settings": {"default_payment_method": method.id}}
        api.v1.customers.update(self.customer, settings)
        params: Any = {"customer": self.customer, "items": [{"price": price}], **more}
        self.id = api.v1.subscriptions.create(params).id

    @property
    def now(self) -> stripe.Subscription:
        return self.api.v1.subscriptions.retrieve(self.id)

    @property
    def item(self) -> Any:
        return self.now["items"].data[0]

    @property
    def invoices(self) -> list[stripe.Invoice]:
        """Oldest first."""
        return self.api.v1.invoices.list({"subscription": self.id}).data[::-1]

    def move_to(self, price: str, **more: Any) -> stripe.Subscription:
        params: Any = {"items": [{"id": self.item.id, "price": price}], **more}
        return self.api.v1.subscriptions.update(self.id, params)

    def pass_period(self) -> None:
        """Until the renewal's invoice was charged."""
        self.fake.advance(seconds=self.item.current_period_end - self.fake.now() + 3601)


@pytest.fixture
def small(fake: Fake, api: stripe.StripeClient, prices: dict[str, str]) -> Subscriber:
    return Subscriber(fake, api, prices["small"])


def test_a_period_is_a_month_of_the_calendar():
    def at(*day: int) -> int:
        return int(datetime(*day, tzinfo=UTC).timestamp())

    month = {"interval": "month", "interval_count": 1}
    ends = [at(2026, 1, 31)]
    for _ in range(3):
        ends.append(period_after(ends[0], ends[-1], month))
    assert ends[1:] == [at(2026, 2, 28), at(2026, 3, 31), at(2026, 4, 30)]
    year = {"interval": "year", "interval_count": 1}
    assert period_after(at(2024, 2, 29), at(2024, 2, 29), year) == at(2025, 2, 28)


def test_it_begins_with_a_paid_invoice_and_renews(small: Subscriber):
    assert small.now.status == "active"
    first = small.item.current_period_end
    small.pass_period()
    assert small.item.current_period_start == first
    assert [(each.billing_reason, each.status, each.total) for each in small.invoices] == [
        ("subscription_create", "paid", 3000),
        ("subscription_cycle", "paid", 3000),
    ]
    numbers = [each.number for each in small.invoices]
    assert all(numbers) and len({*numbers}) == 2
    assert small.invoices[0].hosted_invoice_url


def test_a_renewal_is_a_draft_for_an_hour(fake: Fake, small: Subscriber):
    fake.advance(seconds=small.item.current_period_end - fake.now() + 60)
    assert (small.invoices[-1].status, small.now.status) == ("draft", "active")
    fake.advance(seconds=3600)
    assert small.invoices[-1].status == "paid"


@pytest.mark.parametrize(
    ("then", "status"), [("unpaid", "unpaid"), ("canceled", "canceled"), ("past_due", "past_due")]
)
def test_a_payment_that_fails_is_tried_again_and_then(
    fake: Fake, small: Subscriber, then: str, status: str
):
    fake.rules(then=then)
    fake.fail_payments(small.customer, times=99)
    small.pass_period()
    assert small.now.status == "past_due"
    invoice = small.invoices[-1]
    assert (invoice.status, invoice.attempt_count) == ("open", 1)
    assert invoice.next_payment_attempt
    assert abs(invoice.next_payment_attempt - fake.now() - 3 * DAY) < 60
    fake.advance(days=3 + 5 + 7 + 0.5)
    assert small.now.status == status
    assert small.invoices[-1].attempt_count == 4
    assert len(fake.events("invoice.payment_failed")) == 4


def test_a_retry_that_succeeds_brings_it_back(fake: Fake, small: Subscriber):
    fake.fail_payments(small.customer, times=2)
    small.pass_period()
    assert small.now.status == "past_due"
    fake.advance(days=9)
    assert (small.now.status, small.invoices[-1].status) == ("active", "paid")


def test_paying_by_hand_brings_it_back(fake: Fake, api: stripe.StripeClient, small: Subscriber):
    fake.fail_payments(small.customer, times=2)
    small.pass_period()
    with pytest.raises(stripe.CardError):
        api.v1.invoices.pay(small.invoices[-1].id)
    api.v1.invoices.pay(small.invoices[-1].id)
    assert small.now.status == "active"
    with pytest.raises(stripe.InvalidRequestError, match="already paid"):
        api.v1.invoices.pay(small.invoices[-1].id)


def test_a_trial_warns_then_charges(fake: Fake, api: stripe.StripeClient, prices: dict[str, str]):
    trial = Subscriber(fake, api, prices["small"], trial_period_days=14)
    assert trial.now.status == "trialing" and trial.invoices[0].total == 0
    fake.advance(days=11.5)
    assert len(fake.events("customer.subscription.trial_will_end")) == 1
    fake.advance(days=3)
    assert trial.now.status == "active"
    assert [(each.total, each.status) for each in trial.invoices] == [(0, "paid"), (3000, "paid")]


def test_an_upgrade_is_charged_by_the_second(fake: Fake, small: Subscriber, prices: dict[str, str]):
    start, end = small.item.current_period_start, small.item.current_period_end
    fake.advance(seconds=(end - start) // 2)
    small.move_to(prices["large"], proration_behavior="always_invoice")
    invoice = small.invoices[-1]
    assert (invoice.billing_reason, invoice.status) == ("subscription_update", "paid")
    amounts = [line.amount for line in invoice.lines.data]
    assert amounts[0] == pytest.approx(-1500, abs=1) and amounts[1] == pytest.approx(4500, abs=1)
    assert invoice.total == sum(amounts)
    assert all(line.parent.invoice_item_details.proration for line in invoice.lines.data)
    assert small.item.price.id == prices["large"]
    small.pass_period()
    assert small.invoices[-1].total == 9000


def test_a_downgrade_leaves_a_credit_for_the_next_invoice(
    fake: Fake, api: stripe.StripeClient, prices: dict[str, str]
):
    large = Subscriber(fake, api, prices["large"])
    large.move_to(prices["small"], proration_behavior="create_prorations")
    assert len(large.invoices) == 1
    large.pass_period()
    assert large.invoices[-1].total == pytest.approx(3000 - 6000, abs=5)
    assert (large.invoices[-1].status, large.invoices[-1].amount_due) == ("paid", 0)
    # What it was below nothing is the customer's credit, and pays for the next.
    assert api.v1.customers.retrieve(large.customer).balance == pytest.approx(-3000, abs=5)
    large.pass_period()
    assert large.invoices[-1].amount_due == pytest.approx(0, abs=5)


def test_none_means_no_proration(small: Subscriber, prices: dict[str, str]):
    small.move_to(prices["large"], proration_behavior="none")
    small.pass_period()
    assert [each.total for each in small.invoices] == [3000, 9000]


def test_a_strict_upgrade_that_cannot_be_charged_changes_nothing(
    fake: Fake, api: stripe.StripeClient, small: Subscriber, prices: dict[str, str]
):
    fake.fail_payments(small.customer)
    strict = {"proration_behavior": "always_invoice", "payment_behavior": "error_if_incomplete"}
    before = len(fake.events())
    with pytest.raises(stripe.CardError):
        small.move_to(prices["large"], **strict)
    assert small.item.price.id == prices["small"] and len(small.invoices) == 1
    assert len(fake.events()) == before and api.v1.invoice_items.list().data == []
    small.move_to(prices["large"], **strict)
    assert small.item.price.id == prices["large"]


def test_a_lenient_upgrade_that_cannot_be_charged_is_past_due(
    fake: Fake, small: Subscriber, prices: dict[str, str]
):
    fake.fail_payments(small.customer)
    small.move_to(prices["large"], proration_behavior="always_invoice")
    assert (small.now.status, small.invoices[-1].status) == ("past_due", "open")


def test_it_ends_with_its_period_unless_it_is_kept(fake: Fake, small: Subscriber):
    update = small.api.v1.subscriptions.update
    update(small.id, {"cancel_at_period_end": True})
    assert small.now.cancel_at == small.item.current_period_end
    update(small.id, {"cancel_at_period_end": False})
    small.pass_period()
    assert small.now.status == "active"
    update(small.id, {"cancel_at_period_end": True})
    small.pass_period()
    assert small.now.status == "canceled" and small.now.ended_at
    assert small.api.v1.subscriptions.list({"customer": small.customer}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        small.api.v1.subscriptions.cancel(small.id)


def test_a_first_payment_that_fails_leaves_it_incomplete_for_a_day(
    fake: Fake, api: stripe.StripeClient, prices: dict[str, str]
):
    customer = api.v1.customers.create({}).id
    params: Any = {"customer": customer, "items": [{"price": prices["small"]}]}
    with pytest.raises(stripe.InvalidRequestError, match="no attached payment"):
        api.v1.subscriptions.create(params | {"payment_behavior": "error_if_incomplete"})
    made = api.v1.subscriptions.create(params)
    assert made.status == "incomplete"
    fake.advance(days=1)
    assert api.v1.subscriptions.retrieve(made.id).status == "incomplete_expired"


def page(prices: dict[str, str], **more: Any) -> Any:
    return {
        "mode": "subscription",
        "line_items": [{"price": prices["small"], "quantity": 1}],
        "success_url": "https://shop.test/done",
        **more,
    }


def test_a_page_begins_a_subscription(fake: Fake, api: stripe.StripeClient, prices: dict[str, str]):
    customer = api.v1.customers.create({}).id
    create = api.v1.checkout.sessions.create
    asks: Any = {"customer": customer, "tax_id_collection": {"enabled": True}}
    with pytest.raises(stripe.InvalidRequestError, match="customer_update"):
        create(page(prices, **asks))
    tax: Any = {"automatic_tax": {"enabled": True}}
    update: Any = {"customer_update": {"name": "auto", "address": "auto"}}
    early: Any = {"subscription_data": {"trial_end": fake.now() + DAY}}
    with pytest.raises(stripe.InvalidRequestError, match="2 days"):
        create(page(prices, **early))
    with pytest.raises(stripe.InvalidRequestError, match="recurring"):
        create(page(prices, mode="payment"))
    fake.rules(tax_percent=6)
    session = create(
        page(prices, **asks, **tax, **update, subscription_data={"metadata": {"a": "1"}})
    )
    fake.complete(session.id, email="ines@example.test")
    done = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "invoice"]})
    assert isinstance(done.subscription, stripe.Subscription)
    assert isinstance(done.invoice, stripe.Invoice)
    assert done.subscription.status == "active"
    assert done.subscription.metadata.to_dict() == {"a": "1"}
    assert api.v1.customers.retrieve(customer).email == "ines@example.test"
    assert done.invoice.total_taxes
    assert (done.invoice.total, done.invoice.total_taxes[0].amount) == (3180, 180)


def test_a_tax_id_moves_the_tax_to_the_business(
    fake: Fake, api: stripe.StripeClient, prices: dict[str, str]
):
    fake.rules(tax_percent=6)
    more: Any = {"tax_id_collection": {"enabled": True}, "automatic_tax": {"enabled": True}}
    session = api.v1.checkout.sessions.create(page(prices, **more))
    fake.complete(session.id, tax_id={"type": "eu_vat", "value": "DE123456789"})
    done = api.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]})
    assert isinstance(done.invoice, stripe.Invoice) and done.invoice.total_taxes
    assert done.invoice.total_taxes[0].taxability_reason == "reverse_charge"
    assert done.invoice.total == 3000
    assert done.invoice.customer_tax_ids and done.invoice.customer_tax_ids[0].type == "eu_vat"
    assert isinstance(done.customer, str)
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.customers.tax_ids.create(done.customer, {"type": "eu_vat", "value": "no"})


def test_a_page_whose_card_is_declined_begins_nothing(
    fake: Fake, api: stripe.StripeClient, prices: dict[str, str]
):
    session = api.v1.checkout.sessions.create(page(prices))
    with pytest.raises(FakeRefused, match="declined"):
        fake.complete(session.id, payment_method="pm_card_chargeDeclined")
    assert api.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert api.v1.subscriptions.list({"status": "all"}).data == []
    assert fake.events("customer.subscription") == []


def test_the_portal_changes_what_its_customer_may(
    fake: Fake, api: stripe.StripeClient, small: Subscriber, prices: dict[str, str]
):
    session = api.v1.billing_portal.sessions.create(
        {"customer": small.customer, "return_url": "https://shop.test/back"}
    )
    assert fake.portal(session.url, price=prices["large"]) == "https://shop.test/back"
    assert small.item.price.id == prices["large"]
    fake.portal(session.url, cancel=True)
    assert small.now.cancel_at_period_end
    fake.portal(session.url, keep=True)
    assert not small.now.cancel_at_period_end
    fake.portal(session.url, payment_method="pm_card_chargeCustomerFail")
    small.pass_period()
    assert small.now.status == "past_due"
    fake.portal(session.url, payment_method="pm_card_mastercard")
    fake.portal(session.url, pay=small.invoices[-1].id)
    assert small.now.status == "active"
    fake.portal(session.url, tax_id={"type": "gb_vat", "value": "GB123456789"})
    assert api.v1.customers.tax_ids.list(small.customer).data[0].value == "GB123456789"
    fake.portal(session.url, cancel_now=True)
    assert small.now.status == "canceled"


def test_an_invoice_by_hand(api: stripe.StripeClient):
    customer = api.v1.customers.create({}).id
    item: Any = {"customer": customer, "amount": 500, "currency": "cny", "description": "Set-up"}
    api.v1.invoice_items.create(item)
    invoice = api.v1.invoices.create({"customer": customer, "currency": "cny"})
    assert (invoice.status, invoice.total) == ("draft", 500)
    assert api.v1.invoices.finalize_invoice(invoice.id).status == "open"
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.invoices.finalize_invoice(invoice.id)
    assert api.v1.invoices.mark_uncollectible(invoice.id).status == "uncollectible"
    assert api.v1.invoices.pay(invoice.id, {"paid_out_of_band": True}).status == "paid"
    api.v1.invoice_items.create(item)
    other = api.v1.invoices.create({"customer": customer, "currency": "cny"})
    api.v1.invoices.finalize_invoice(other.id)
    assert api.v1.invoices.void_invoice(other.id).status == "void"


def test_a_price_never_changes_what_it_costs(api: stripe.StripeClient, prices: dict[str, str]):
    wrong: Any = {"unit_amount": 1}
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        api.v1.prices.update(prices["small"], wrong)
    api.v1.prices.update(prices["small"], {"active": False, "lookup_key": "plan"})
    customer = api.v1.customers.create({}).id
    with pytest.raises(stripe.InvalidRequestError, match="inactive"):
        api.v1.subscriptions.create({"customer": customer, "items": [{"price": prices["small"]}]})
    newer: Any = {
        "product": "small",
        "currency": "cny",
        "unit_amount": 4000,
        "recurring": {"interval": "month"},
        "lookup_key": "plan",
    }
    with pytest.raises(stripe.InvalidRequestError, match="lookup key"):
        api.v1.prices.create(newer)
    made = api.v1.prices.create(newer | {"transfer_lookup_key": True})
    assert [each.id for each in api.v1.prices.list({"lookup_keys": ["plan"]}).data] == [made.id]
