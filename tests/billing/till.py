"""Where operators pay, in a test: a fake of Stripe, our server for its webhooks, one time for both.

till.subscribe(alpha, "starter")     # as the administrator and a browser would
till.pass_days(31)                   # at Stripe and here
till.handle()                        # what a worker would do with what came in
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import stripe
from django.db import transaction

from billing.models import OperatorInvoice, ProviderEvent, Subscription
from billing.terms import plan_put
from kernel import clock
from kernel.jobs import SCOPE_ARGUMENT, registered
from kernel.tenancy import TenantRef, TenantState, platform_scope
from registry.database import PLATFORM_ROLE
from registry.models import OwnerAction, StateChange, Tenant
from registry.resolver import resolver
from tests.fakes.stripe.client import Fake
from tests.support.cast import cast
from tests.support.database import admin_connection
from tests.support.stage import mutate

BACK = "http://alpha.localhost/settings/billing"
LISTENED = ["checkout.session.*", "customer.*", "customer.subscription.*", "invoice.*"]
PERIOD = 31
"""Days, after which a month's renewal has been charged whatever the month."""


@dataclass
class Till:
    """The fake, and what a test does at it."""

    fake: Fake
    api: stripe.StripeClient
    monkeypatch: pytest.MonkeyPatch
    _ahead: timedelta = field(default=timedelta())

    def pass_days(self, days: float) -> None:
        """Let time pass, at Stripe and here."""
        self._ahead += timedelta(days=days)
        ahead, real = self._ahead, clock.timezone.now
        self.monkeypatch.setattr(clock, "now", lambda: real() + ahead)
        self.fake.advance(days=days)

    def put_on(self, tenant: TenantRef, plan: str) -> TenantRef:
        """The tenant, on trial of a plan from now on."""
        with platform_scope(), transaction.atomic():
            plan_put(Tenant.objects.get(id=tenant.id), plan, at=clock.now())
        resolver.clear()
        return ref(tenant)

    def ask(self, tenant: TenantRef, name: str, select: str, **input: Any) -> Any:
        """A mutation of the tenant's administrator."""
        return mutate(cast(tenant).ines.api, name, input, select)

    def checkout(self, tenant: TenantRef, plan: str, **what: Any) -> str:
        """The administrator opens a checkout, and completes it in a browser; where that ends."""
        back = f"http://{tenant.slug}.localhost/settings"
        opened = self.ask(tenant, "billingCheckout", "url", plan=plan, returnUrl=back)
        return self.fake.complete(opened["url"], **what)

    def subscribe(self, tenant: TenantRef, plan: str, **what: Any) -> TenantRef:
        """A tenant that pays for a plan, from today on, and has no trial."""
        tenant = self.put_on(tenant, plan)
        with platform_scope():
            Subscription.objects.filter(tenant_id=tenant.id).update(trial_ends_at=clock.now())
        self.checkout(tenant, plan, **what)
        self.handle()
        return ref(tenant)

    def portal(self, tenant: TenantRef, **what: Any) -> None:
        """The administrator opens the portal and does one thing there."""
        back = f"http://{tenant.slug}.localhost/"
        self.fake.portal(self.ask(tenant, "billingPortal", "url", returnUrl=back)["url"], **what)

    def handle(self) -> int:
        """Wait until Stripe has delivered all; carry out what is due then; how many jobs."""
        wait_until(lambda: all(each["state"] != "waiting" for each in self.fake.deliveries()))
        return handle()


def handle(at: datetime | None = None) -> int:
    """Carry out the inbox's jobs that are due by `at`, or now; how many there were."""
    count = 0
    with admin_connection() as admin:
        while due := admin.execute(
            "DELETE FROM queue.procrastinate_jobs WHERE id = (SELECT id FROM"
            " queue.procrastinate_jobs WHERE status = 'todo' AND task_name = 'billing.inbox' AND"
            " args ->> %s = %s AND (scheduled_at IS NULL OR scheduled_at <= %s)"
            " ORDER BY id LIMIT 1) RETURNING args - %s",
            [SCOPE_ARGUMENT, PLATFORM_ROLE, at or clock.now(), SCOPE_ARGUMENT],
        ).fetchone():
            with platform_scope():
                registered["billing.inbox"].run(**due[0])
            count += 1
    return count


def wait_until(condition: Any, seconds: float = 30) -> None:
    """Raises unless it comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def ref(tenant: TenantRef) -> TenantRef:
    """The tenant as it is now."""
    with platform_scope():
        return Tenant.objects.get(id=tenant.id).ref()


def state(tenant: TenantRef) -> TenantState:
    """Where it stands now."""
    return ref(tenant).state


def row(tenant: TenantRef) -> Subscription:
    """Its subscription, as it was mirrored."""
    with platform_scope():
        return Subscription.objects.select_related("plan").get(tenant_id=tenant.id)


def events(**facts: Any) -> list[ProviderEvent]:
    """What is in the inbox, in the order in which it came."""
    with platform_scope():
        return list(ProviderEvent.objects.filter(**facts).order_by("received_at", "id"))


def states() -> set[str]:
    """What became of everything in the inbox."""
    return {event.state for event in events()}


def register() -> list[Any]:
    """All that billing could change."""
    models = (Subscription, OperatorInvoice, Tenant, StateChange, OwnerAction, ProviderEvent)
    with platform_scope():
        return [list(model.objects.order_by("pk").values()) for model in models]
