"""What the inbox does when Stripe is down, a worker dies, or events never came."""

import time
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.inbox import ATTEMPTS, FIRST_WAIT
from billing.models import ProviderEvent
from kernel import clock
from kernel.tenancy import TenantRef, TenantState, platform_scope
from registry.models import OwnerAction
from tests.billing.till import PERIOD, Till, events, handle, register, row, state, wait_until
from tests.fakes.stripe.client import Fake
from tests.support.cast import cast, olga
from tests.support.database import admin_connection
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.processes import manage
from tests.support.stage import mutate

PROVIDER_EVENTS = """query ($state: ProviderEventState) { providerEvents(state: $state, first: 50) {
  totalCount edges { node { id eventId kind state attempts error tenant { slug } handledAt } }
} }"""


@pytest.fixture
def paying(till: Till, alpha: TenantRef) -> TenantRef:
    """A tenant that pays, with nothing under way."""
    return till.subscribe(alpha, "starter")


def cancelled(till: Till, tenant: TenantRef) -> str:
    """Something has happened at Stripe; the id of the event, which has come and waits."""
    till.portal(tenant, cancel=True)
    wait_until(lambda: all(each["state"] == "done" for each in till.fake.deliveries()))
    [*_, event] = till.fake.events("customer.subscription.updated")
    return str(event["id"])


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("billing", *arguments, stdout=out)
    return out.getvalue()


def waits() -> list[timedelta]:
    """How long the jobs that are put off still wait, to the second."""
    with admin_connection() as admin:
        rows = admin.execute(
            "SELECT scheduled_at FROM queue.procrastinate_jobs"
            " WHERE task_name = 'billing.inbox' AND scheduled_at IS NOT NULL"
        ).fetchall()
    now = clock.now()
    return [timedelta(seconds=round((at - now).total_seconds())) for (at,) in rows]


@pytest.mark.parametrize("kind", ["error", "drop", "rate_limit"])
def test_with_stripe_down_an_event_waits_longer_each_time(till: Till, paying: TenantRef, kind: str):
    event = cancelled(till, paying)
    till.fake.fault(kind, on="GET /v1/", times=0)
    assert handle() == 1
    [kept] = events(event_id=event)
    assert (kept.state, kept.attempts) == ("received", 1)
    assert kept.error == "BillingUnavailable: BILLING_UNAVAILABLE"
    [first] = waits()
    assert abs(first - FIRST_WAIT) < timedelta(seconds=10)
    assert handle() == 0
    assert handle(clock.now() + FIRST_WAIT) == 1
    [second] = waits()
    assert abs(second - 2 * FIRST_WAIT) < timedelta(seconds=10)
    till.fake.well()
    assert handle(clock.now() + timedelta(hours=1)) == 1
    [kept] = events(event_id=event)
    assert (kept.state, kept.attempts, kept.error) == ("handled", 2, "")
    assert row(paying).cancels_at_period_end


def test_after_the_last_attempt_it_has_failed_and_can_be_replayed(till: Till, paying: TenantRef):
    event = cancelled(till, paying)
    till.fake.fault("rate_limit", on="GET /v1/", times=0)
    for _ in range(ATTEMPTS + 2):
        handle(clock.now() + timedelta(days=1))
    [kept] = events(event_id=event)
    assert (kept.state, kept.attempts) == ("failed", ATTEMPTS)
    assert waits() == [] and not row(paying).cancels_at_period_end
    till.fake.well()
    owner = olga().api
    [edge] = owner.run(PROVIDER_EVENTS, {"state": "FAILED"})["providerEvents"]["edges"]
    node = edge["node"]
    assert (node["eventId"], node["tenant"]) == (event, {"slug": "alpha"})
    assert node["error"] == "BillingUnavailable: BILLING_UNAVAILABLE"
    select = "event { state attempts }"
    done = mutate(owner, "billingReplay", {"eventId": node["id"]}, select)
    assert done["event"] == {"state": "RECEIVED", "attempts": 0}
    assert handle() == 1
    assert events(event_id=event)[0].state == "handled"
    assert row(paying).cancels_at_period_end
    with platform_scope():
        action = OwnerAction.objects.get(action="billingReplay")
        assert (action.data, action.account_id) == ({"event": event}, olga().owner.account_id)


def test_a_bug_does_not_stop_the_others(
    till: Till, alpha: TenantRef, beta: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    alpha, beta = till.subscribe(alpha, "starter"), till.subscribe(beta, "starter")
    till.api.v1.subscriptions.update(
        row(alpha).provider_subscription, {"cancel_at_period_end": True}
    )
    with platform_scope():  # what the database refuses
        with admin_connection() as admin:
            admin.execute(
                "CREATE OR REPLACE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'Ines Secret'; END $$"
            )
            admin.execute(
                "CREATE TRIGGER refuse BEFORE UPDATE ON public.billing_subscription FOR EACH ROW"
                f" WHEN (OLD.tenant_id = '{alpha.id}') EXECUTE FUNCTION public.refuse()"
            )
    try:
        event = cancelled(till, beta)
        till.handle()
    finally:
        with admin_connection() as admin:
            admin.execute("DROP TRIGGER refuse ON public.billing_subscription")
            admin.execute("DROP FUNCTION public.refuse()")
    assert events(event_id=event)[0].state == "handled" and row(beta).cancels_at_period_end
    [stuck] = events(state="received")
    assert (stuck.tenant_id, stuck.attempts) == (alpha.id, 1)
    assert "Secret" not in stuck.error
    assert handle(clock.now() + timedelta(hours=1)) == 1
    assert row(alpha).cancels_at_period_end


def test_replaying_everything_changes_nothing(till: Till, paying: TenantRef):
    till.fake.fail_payments(row(paying).customer, 2)
    till.pass_days(PERIOD + 9)
    till.handle()
    before = register()[:-1]
    count = len(events())
    assert command("replay", "--since", "2020-01-01T00:00:00+00:00") == (
        f"{count} to be handled again\n"
    )
    assert handle() == count
    after = register()[:-1]
    assert (after[0], after[1], after[3]) == (before[0], before[1], before[3])
    assert {event.state for event in events()} == {"handled", "ignored"}


def test_one_event_is_replayed_even_when_a_newer_was_handled(till: Till, paying: TenantRef):
    [first, *_] = events(kind="customer.subscription.created")
    command("replay", first.event_id)
    assert handle() == 1
    assert events(id=first.id)[0].state == "handled"
    with pytest.raises(CommandError, match="no event evt_nothing"):
        command("replay", "evt_nothing")
    assert command("replay", "--failed") == "0 to be handled again\n"
    for wrong in (
        ["replay"],
        ["replay", "--since", "yesterday"],
        ["replay", "--since", "2026-01-01"],
    ):
        with pytest.raises(CommandError):
            command(*wrong)


def test_events_that_never_came_are_fetched(till: Till, paying: TenantRef):
    till.fake.hold()
    till.portal(paying, cancel=True)
    till.fake.fail_payments(row(paying).customer, 99)
    till.pass_days(1)
    till.portal(paying, keep=True)
    till.pass_days(PERIOD)
    till.fake.drop(*[each["event"] for each in till.fake.deliveries()])
    assert state(paying) == TenantState.ACTIVE
    before = len(events())
    assert not command("catch-up").endswith(", 0 of them new here\n")
    known = len(events())
    assert known > before and handle() == known - before
    assert (row(paying).state, state(paying)) == ("past_due", TenantState.PAST_DUE)
    assert command("catch-up").endswith(", 0 of them new here\n")
    assert handle() == 0 and len(events()) == known


def test_catching_up_with_a_gap_of_one_page_and_more(till: Till, paying: TenantRef):
    till.fake.hold()
    customer = row(paying).customer
    for number in range(120):
        till.api.v1.customers.update(customer, {"description": str(number)})
    till.portal(paying, cancel=True)
    command("catch-up", "--since", (clock.now() - timedelta(hours=1)).isoformat())
    assert handle() > 120
    assert row(paying).cancels_at_period_end


def test_commands_say_what_is_missing(settings: Any, fake: Fake):
    for arguments in (["sync"], ["catch-up"]):
        with pytest.raises(CommandError, match="STRIPE_SECRET_KEY"):
            command(*arguments)
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_test_wrong", fake.url
    with pytest.raises(CommandError, match="refused: AuthenticationError"):
        command("sync")
    settings.STRIPE_SECRET_KEY = fake.key
    fake.fault("drop", times=0)
    with pytest.raises(CommandError, match="does not answer"):
        command("catch-up")


def test_only_owners_see_the_inbox(till: Till, paying: TenantRef):
    [event, *_] = events()
    replay = "mutation ($id: ID!) { billingReplay(input: {eventId: $id}) { __typename } }"
    variables = {"id": global_id("ProviderEvent", event.id)}
    before = register()
    platform = Api("platform.localhost")
    assert platform.error_code(PROVIDER_EVENTS) == "UNAUTHENTICATED"
    assert platform.error_code(replay, variables) == "UNAUTHENTICATED"
    ines = cast(paying).ines.api
    assert ines.error_code(PROVIDER_EVENTS) == "WRONG_HOST"
    assert ines.error_code(replay, variables) == "WRONG_HOST"
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert ines.run(node, variables) == {"node": None}
    assert platform.run(node, variables) == {"node": None}
    assert olga().api.run(node, variables) == {"node": variables}
    missing = {"id": global_id("ProviderEvent", paying.id)}
    document = (
        "mutation ($id: ID!) { billingReplay(input: {eventId: $id}) { ... on UserError { code } } }"
    )
    assert olga().api.run(document, missing)["billingReplay"]["code"] == "NOT_FOUND"
    assert register()[:-1] == before[:-1] and handle() == 0


@pytest.mark.parametrize("extra", [1, 6])
def test_the_inbox_takes_the_same_queries_for_any_number(
    till: Till, paying: TenantRef, extra: int, django_assert_num_queries: Any
):
    for number in range(extra):
        till.api.v1.subscriptions.update(
            row(paying).provider_subscription, {"metadata": {"n": str(number)}}
        )
    till.handle()
    owner = olga()
    # The owner's session; the events with their count and tenants.
    with django_assert_num_queries(3):
        owner.api.run(PROVIDER_EVENTS)


def test_a_worker_that_is_killed_half_way_leaves_the_event_to_the_next(
    till: Till, paying: TenantRef, settings: Any
):
    environment = {
        "STRIPE_SECRET_KEY": settings.STRIPE_SECRET_KEY,
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        "WORKER_HEARTBEAT_SECONDS": "0.5",
    }
    event = cancelled(till, paying)
    till.fake.fault("delay", on="GET /v1/subscriptions/", seconds=15)
    with manage("worker", **environment) as worker:
        wait_until(lambda: _doing() == 1, seconds=90)
        time.sleep(0.5)  # it has asked Stripe, and waits
        worker.kill()
        worker.wait()
    assert events(event_id=event)[0].state == "received"
    assert not row(paying).cancels_at_period_end
    with manage("worker", **environment):
        wait_until(lambda: events(event_id=event)[0].state == "handled", seconds=90)
    assert row(paying).cancels_at_period_end
    with platform_scope():
        assert ProviderEvent.objects.filter(event_id=event).count() == 1


def _doing() -> int:
    with admin_connection() as admin:
        found = admin.execute(
            "SELECT count(*) FROM queue.procrastinate_jobs"
            " WHERE task_name = 'billing.inbox' AND status = 'doing'"
        ).fetchone()
    assert found
    return int(found[0])
