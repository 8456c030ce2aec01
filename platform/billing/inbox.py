"""The inbox: what the provider tells us, taken once, understood later. Platform scope.

Taking an event writes it down and defers a job, and asks nobody. Handling it finds out whose it is
first, then fetches the object as it is now and mirrors that. So an event that comes twice, late or
before an older one does no harm. See README.md for the law.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from billing import gateway
from billing.mirror import customer_forget, invoice_mirror, subscription_mirror
from billing.models import ProviderEvent, Subscription
from billing.provider import Notice, ObjectGone, ProviderError
from billing.subscriptions import billing_lock
from kernel.ids import new_id
from kernel.jobs import defer
from kernel.refusals import NotFound, Refusal
from registry.audit import owner_action
from registry.owners import Owner

PROVIDER: Final = "stripe"
JOB: Final = "billing.inbox"

ATTEMPTS: Final = 10
FIRST_WAIT: Final = timedelta(seconds=15)
"""Between attempts; doubled each time, so that the last is made about two hours after the first."""

KEPT: Final = timedelta(days=90)
"""How long an event is kept that needs nothing more; the provider repeats none after 30 days."""

State = ProviderEvent.State
type Mirror = Callable[[datetime], None]

log = structlog.get_logger(__name__)


@transaction.atomic
def notice_take(notice: Notice, *, at: datetime) -> bool:
    """Write an event down and defer its handling; whether it is new."""
    event = ProviderEvent(
        id=new_id(),
        provider=PROVIDER,
        event_id=notice.event_id,
        kind=notice.kind,
        object_id=notice.object_id,
        payload={
            "object": notice.object_kind,
            "customer": notice.customer,
            "tenant": notice.tenant,
            "account": notice.account,
        },
        happened_at=notice.happened_at,
        received_at=at,
    )
    ProviderEvent.objects.bulk_create([event], ignore_conflicts=True)
    if not ProviderEvent.objects.filter(id=event.id).exists():
        return False
    defer(JOB, event=str(event.id))
    return True


def event_handle(*, event_id: UUID, at: datetime, again: bool = False) -> None:
    """Mirror what a received event is about, or say why not. In no transaction.

    Done twice it does nothing the second time. `again` asks the provider even where a newer event
    of the same object was handled before.
    """
    event = _received(event_id)
    if event is None:
        return
    subscription = Subscription.objects.filter(customer=event.payload["customer"]).first()
    if (why := _nobodys(event, subscription)) is not None:
        _close(event, State.IGNORED, at=at, error=why)
        return
    assert subscription is not None
    with billing_lock(subscription.tenant_id):
        event = _received(event_id)  # while we waited, another may have done it
        if event is None:
            return
        event.tenant_id = subscription.tenant_id
        if not again and _newer_handled(event):
            _close(event, State.SUPERSEDED, at=at)
            return
        try:
            mirror = _fetched(event)
            with transaction.atomic():
                mirror(at)
                _close(event, State.HANDLED, at=at)
        except Exception as error:
            _put_off(event, error, at=at, again=again)


def events_known(*, state: ProviderEvent.State | None) -> QuerySet[ProviderEvent]:
    """Every event that is kept, newest first; those in `state`."""
    events = ProviderEvent.objects.order_by("-received_at", "-id")
    return events if state is None else events.filter(state=state)


def event_replay(*, owner: Owner, event_id: UUID, at: datetime) -> ProviderEvent:
    """Handle one event again, as if it had just come. Raises `NotFound`."""
    with transaction.atomic():
        event = ProviderEvent.objects.select_for_update().filter(id=event_id).first()
        if event is None:
            raise NotFound(what="ProviderEvent")
        _replay(event)
        data = {"event": event.event_id}
        owner_action(owner=owner, action="billingReplay", tenant=event.tenant, data=data, at=at)
    return event


def events_replay(events: QuerySet[ProviderEvent], *, at: datetime) -> int:
    """Handle these events again, oldest first, as if they had just come; how many they are."""
    count = 0
    for event_id in events.order_by("happened_at", "id").values_list("id", flat=True):
        with transaction.atomic():
            _replay(ProviderEvent.objects.select_for_update().get(id=event_id))
            count += 1
    if count:
        owner_action(owner=None, action="billingReplay", data={"events": count}, at=at)
    return count


def events_catch_up(*, since: datetime, at: datetime) -> tuple[int, int]:
    """Take what the provider has told nobody since; how many events there are, and are new.

    Raises `BillingNotSetUp` and `BillingUnavailable`.
    """
    notices = gateway.notices_since(since)
    return len(notices), sum(notice_take(notice, at=at) for notice in notices)


def events_forget(*, at: datetime) -> int:
    """Delete old events that need nothing more; how many they were."""
    done = ProviderEvent.objects.filter(received_at__lt=at - KEPT)
    deleted, _ = done.exclude(state__in=(State.RECEIVED, State.FAILED)).delete()
    return deleted


def _received(event_id: UUID) -> ProviderEvent | None:
    return ProviderEvent.objects.filter(id=event_id, state=State.RECEIVED).first()


def _nobodys(event: ProviderEvent, subscription: Subscription | None) -> str | None:
    """Why an event is no tenant's business here; None when it is that of `subscription`'s."""
    facts = event.payload
    if facts["object"] not in _FETCH or (facts["object"] == "customer" and not _is_gone(event)):
        return "nothing here follows such objects"
    if facts["account"]:
        return "of a connected account"
    if not facts["customer"] or subscription is None:
        return "of nobody's customer here"
    if facts["tenant"] and facts["tenant"] != str(subscription.tenant_id):
        return "its metadata name another tenant than its customer's"
    return None


def _newer_handled(event: ProviderEvent) -> bool:
    return ProviderEvent.objects.filter(
        provider=event.provider,
        object_id=event.object_id,
        state=State.HANDLED,
        happened_at__gt=event.happened_at,
    ).exists()


def _fetched(event: ProviderEvent) -> Mirror:
    """Ask the provider for the event's object; what writes it down. Raises the gateway's."""
    customer = event.payload["customer"]
    try:
        return _FETCH[event.payload["object"]](event.object_id, customer)
    except ObjectGone:
        return lambda at: log.info("an event's object is gone", event_id=event.event_id)


def _subscription(id_: str, customer: str) -> Mirror:
    found = gateway.subscription_of(id_)
    _check_customer(found.customer, customer)
    return lambda at: subscription_mirror(found, at=at)


def _checkout(id_: str, customer: str) -> Mirror:
    found = gateway.checkout_subscription(id_)
    if found is None:
        return lambda at: None
    _check_customer(found.customer, customer)
    return lambda at: subscription_mirror(found, at=at)


def _invoice(id_: str, customer: str) -> Mirror:
    found = gateway.invoice_of(id_)
    _check_customer(found.customer, customer)
    return lambda at: invoice_mirror(found, at=at)


def _customer(id_: str, customer: str) -> Mirror:
    return lambda at: customer_forget(id_, at=at)


_FETCH: Final[dict[str, Callable[[str, str], Mirror]]] = {
    "subscription": _subscription,
    "checkout.session": _checkout,
    "invoice": _invoice,
    "customer": _customer,
}
"""By the kind of the event's object."""


def _is_gone(event: ProviderEvent) -> bool:
    return event.kind == "customer.deleted"


def _check_customer(found: str, said: str) -> None:
    """Raises `ProviderError` when the object is not whose the event said."""
    if found != said:
        raise ProviderError("the object is another customer's")


def _replay(event: ProviderEvent) -> None:
    event.state, event.attempts, event.error, event.handled_at = State.RECEIVED, 0, "", None
    event.save()
    defer(JOB, event=str(event.id), again=True)


def _put_off(event: ProviderEvent, error: Exception, *, at: datetime, again: bool) -> None:
    """Try again later; after the last attempt it has failed, and says why."""
    event.state, event.handled_at = State.RECEIVED, None
    event.attempts += 1
    # The words of anything else may quote what the provider knows of people.
    ours = isinstance(error, Refusal | ProviderError)
    event.error = f"{type(error).__name__}: {error}"[:500] if ours else type(error).__qualname__
    log.warning("an event was not handled", event_id=event.event_id, error=event.error)
    with transaction.atomic():
        if event.attempts < ATTEMPTS:
            wait = FIRST_WAIT * 2 ** (event.attempts - 1)
            defer(JOB, run_at=at + wait, event=str(event.id), again=again)
            event.save()
        else:
            log.error("an event has failed", event_id=event.event_id, error=event.error)
            _close(event, State.FAILED, at=at, error=event.error)


def _close(
    event: ProviderEvent, state: ProviderEvent.State, *, at: datetime, error: str = ""
) -> None:
    if state == State.IGNORED:
        log.info("an event is ignored", event_id=event.event_id, kind=event.kind, why=error)
    event.state, event.handled_at, event.error = state, at, error
    event.save()
