"""What the tenant uses of its plan: counted where it happens, in the transaction of the change.

Each count is one row, added to by one statement that holds the row's lock until the transaction
ends: so a limit is exact however many act at once, what is rolled back was never counted, and
nothing is ever recounted by scanning. Count last in a transaction, since others of the tenant
wait for it, and one meter only, or two transactions could wait for each other.
A job copies the counts to `billing.Usage`, where the platform's owner reads them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from billing.models import Plan
from billing.usage import calls_used, fits_check, usage_store
from kernel.events import Fact
from kernel.ids import new_id
from kernel.jobs import defer
from kernel.locks import transaction_lock
from kernel.meters import Meter, limit_check, warns
from kernel.tenancy import current_tenant, platform_scope
from tenants.journal.models import Event, UsageCount
from tenants.journal.services import event_record

STREAM: Final = "usage"
WARNED: Final = "usage.warned"
REPORT_AFTER: Final = timedelta(seconds=30)

# What is there at present is never less than nothing; a month's turnover may be, by its refunds.
_ADD = """
INSERT INTO journal_usagecount AS counted (id, meter, period, amount)
VALUES (%(id)s, %(meter)s, %(period)s, GREATEST(%(amount)s, %(least)s::bigint))
ON CONFLICT (meter, period)
DO UPDATE SET amount = GREATEST(counted.amount + %(amount)s, %(least)s::bigint)
RETURNING amount
"""
_NO_LEAST: Final = -(2**62)


def usage_add(meter: Meter, amount: int, *, at: datetime) -> int:
    """Count `amount` more (less, when negative) and answer how much there is now.

    Raises `PlanLimitReached`, which undoes the transaction, when more is counted than the plan
    allows. Writes `usage.warned` when four fifths are reached, once a month. Count last: see above.
    """
    with transaction.atomic(savepoint=False):
        after = usage_note(meter, amount, at=at)
        if amount > 0:
            limit_check(meter, after)
    return after


def usage_note(meter: Meter, amount: int, *, at: datetime) -> int:
    """`usage_add` for what no plan's limit may stop: work under way, money that was turned over."""
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute(
                _ADD,
                {
                    "id": new_id(),
                    "meter": meter.value,
                    "period": meter.period(at),
                    "amount": amount,
                    "least": _NO_LEAST if meter.monthly else 0,
                },
            )
            (after,) = cursor.fetchone()
        # Before the warning's lock: of two that wait here for each other's report none holds that.
        defer("usage.report", run_at=at + REPORT_AFTER, once="usage")
        limit = current_tenant().terms.limits.get(meter)
        if limit is not None and warns(after, limit) and not warns(after - amount, limit):
            _warn(meter, after, limit, at)
    return int(after)


def _warn(meter: Meter, amount: int, limit: int, at: datetime) -> None:
    transaction_lock(STREAM)  # there is no row to take the numbers of the stream under
    told = Event.objects.filter(stream=STREAM)
    month = Meter.ORDERS.period(at).isoformat()
    if told.filter(kind=WARNED, data__meter=meter.value, data__month=month).exists():
        return
    tenant = current_tenant()
    event_record(
        kind=WARNED,
        subject=tenant.id,
        stream=STREAM,
        seq=(told.aggregate(last=Max("seq"))["last"] or 0) + 1,
        actor_id=None,
        at=at,
        data={
            "meter": meter.value,
            "amount": amount,
            "limit": limit,
            "plan": tenant.terms.plan,
            "month": month,
        },
    )


def file_kept(fact: Fact) -> None:
    """A listener: a file takes room. What proves work under way is kept whatever the plan says."""
    add = usage_note if fact.data["of_work"] else usage_add
    add(Meter.STORAGE, fact.data["bytes"], at=fact.at)


def file_removed(fact: Fact) -> None:
    """A listener: a file gives its room back."""
    usage_add(Meter.STORAGE, -fact.data["bytes"], at=fact.at)


def usage_restored(fact: Fact) -> None:
    """A listener: the counts came from elsewhere with the other rows."""
    defer("usage.report", once="usage")


def plan_fits(fact: Fact) -> None:
    """A listener: the tenant is to get a plan of these `limits`. Raises `PlanTooSmall`."""
    fits_check(fact.data["limits"], usage_now(at=fact.at))


def usage_now(*, at: datetime) -> dict[Meter, int]:
    """How much of each meter is used in the present period; what nobody has used is absent.

    But for the API calls, which are not counted here.
    """
    rows = UsageCount.objects.filter(period__in={meter.period(at) for meter in Meter})
    return {Meter(row.meter): row.amount for row in rows}


@dataclass(frozen=True, slots=True)
class PlanUsage:
    """The bound tenant's plan, if it has one, and what is used of each meter."""

    plan: Plan | None
    used: dict[Meter, int]


def plan_usage(*, at: datetime) -> PlanUsage:
    """What the tenant uses of its plan, its calls of the API included. In no transaction."""
    tenant, used = current_tenant(), usage_now(at=at)
    with platform_scope():
        calls = calls_used(tenant_id=tenant.id, at=at)
        plan = Plan.objects.filter(key=tenant.terms.plan).first()
    return PlanUsage(plan=plan, used={**used, Meter.API_CALLS: calls})


def usage_report(*, at: datetime) -> None:
    """Copy the counts of this and the last month to the platform. Must not be in a transaction.

    Safe to run twice, late, or at the same time as another one: the later `at` holds.
    """
    tenant = current_tenant()
    month = Meter.ORDERS.period(at)
    last = Meter.ORDERS.period(at.replace(day=1) - timedelta(days=1))
    periods = {month, last, Meter.STAFF.period(at)}
    with transaction.atomic():
        # Locked: what is being counted this moment may rely on this report, for it deferred none.
        rows = UsageCount.objects.select_for_update(no_key=True).filter(period__in=periods)
        counts = [(Meter(row.meter), row.period, row.amount) for row in rows]
    with platform_scope():
        usage_store(tenant_id=tenant.id, counts=counts, at=at)
