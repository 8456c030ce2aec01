"""What time does to subscriptions and invoices: trials end, periods renew, payments are retried.

As Stripe does it: a renewal's invoice is a draft for an hour, then it is charged; one that fails
makes the subscription past due, is tried again by the account's rules, and at last the rules say
what becomes of the subscription.
"""

from collections.abc import Iterator
from functools import partial

from tests.fakes.stripe import invoicing
from tests.fakes.stripe.payment_methods import default_of
from tests.fakes.stripe.periods import period_after
from tests.fakes.stripe.subscriptions import end
from tests.fakes.stripe.world import DAY, Account, Due, Obj, timer

INCOMPLETE_FOR = 23 * 3600
WARNED_BEFORE = 3 * DAY


@timer
def of_subscriptions(account: Account) -> Iterator[Due]:
    """What comes next for each subscription that is not over."""
    for subscription in account.all("subscription"):
        status = subscription["status"]
        period_ends = subscription["items"]["data"][0]["current_period_end"]
        if status == "incomplete":
            expire = partial(end, account, subscription, status="incomplete_expired")
            yield Due(subscription["created"] + INCOMPLETE_FOR, expire)
        if status not in ("trialing", "active", "past_due", "unpaid"):
            continue
        if status == "trialing" and not subscription.get("_warned"):
            warn = partial(_warn, account, subscription)
            yield Due(subscription["trial_end"] - WARNED_BEFORE, warn)
        if subscription["cancel_at"] is not None and subscription["cancel_at"] <= period_ends:
            yield Due(subscription["cancel_at"], partial(end, account, subscription))
        else:
            yield Due(period_ends, partial(_renew, account, subscription))


@timer
def of_invoices(account: Account) -> Iterator[Due]:
    """Drafts that finalise by themselves, and payments to be tried again."""
    for invoice in account.all("invoice"):
        if invoice["status"] == "draft" and invoice["automatically_finalizes_at"] is not None:
            yield Due(invoice["automatically_finalizes_at"], partial(_issue, account, invoice))
        if invoice["status"] == "open" and invoice["next_payment_attempt"] is not None:
            yield Due(invoice["next_payment_attempt"], partial(_try, account, invoice))


def _warn(account: Account, subscription: Obj) -> None:
    subscription["_warned"] = True
    account.emit("customer.subscription.trial_will_end", subscription)


def _renew(account: Account, subscription: Obj) -> None:
    """The next period begins, with a draft of its invoice."""
    customer = account.get("customer", subscription["customer"])
    facts: Obj = {}
    if subscription["status"] == "trialing":
        if _ends_without_payment_method(account, customer, subscription):
            end(account, subscription)
            return
        facts["status"] = "active"
    before = {**subscription, "items": {**subscription["items"]}}
    before["items"]["data"] = [{**item} for item in subscription["items"]["data"]]
    for item in subscription["items"]["data"]:
        start = item["current_period_end"]
        item["current_period_start"] = start
        item["current_period_end"] = period_after(
            subscription["billing_cycle_anchor"], start, item["price"]["recurring"]
        )
    subscription.update(facts)
    unpaid = subscription["status"] == "unpaid"
    invoice = invoicing.draft(
        account,
        customer,
        currency=subscription["currency"],
        reason="subscription_cycle",
        automatic_tax=subscription["automatic_tax"]["enabled"],
        subscription=subscription,
        recurring=True,
        auto_advance=not unpaid,
        automatically_finalizes_at=(
            None if unpaid else account.now + account.world.rules.finalise_after
        ),
    )
    subscription["latest_invoice"] = invoice["id"]
    account.emit("customer.subscription.updated", subscription, before)


def _issue(account: Account, invoice: Obj) -> None:
    invoicing.finalise(account, invoice)
    if invoice["status"] == "open":
        _try(account, invoice)


def _try(account: Account, invoice: Obj) -> None:
    """Charge it; after a failure set the next try, or after the last do as the rules say."""
    rules = account.world.rules
    tried = invoice["attempt_count"]
    again = tried < len(rules.retry_days)
    following = account.now + rules.retry_days[tried] * DAY if again else None
    invoice["next_payment_attempt"] = following
    if invoicing.attempt(account, invoice) is None:
        return
    subscription = account.objects.get(invoice["_subscription"] or "")
    if subscription is None:
        return
    if subscription["status"] == "active":
        account.change("customer.subscription.updated", subscription, status="past_due")
    if following is None and subscription["status"] == "past_due":
        if rules.then == "canceled":
            end(account, subscription)
        else:
            account.change("customer.subscription.updated", subscription, status=rules.then)


def _ends_without_payment_method(account: Account, customer: Obj, subscription: Obj) -> bool:
    behaviour = (subscription["trial_settings"] or {}).get("end_behavior", {})
    cancels = behaviour.get("missing_payment_method") == "cancel"
    return cancels and default_of(account, customer, subscription) is None
