"""What a quote costs in CPU under a tariff of sixty active rules, in a transaction rolled back."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from devtools.bench.operations import Filled
from kernel import clock
from kernel.ids import new_id
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.selectors import actor_of_token
from tenants.places.geometry import Position
from tenants.pricing.models import Tariff
from tenants.pricing.services.quotes import quote_create
from tenants.pricing.stops import StopRequest

ACTIVE_RULES: Final = 60
QUOTES: Final = 200
HOURS: Final[dict[str, Any]] = {"hours": {"from": "00:00", "to": "23:59"}}


def quoting(tenant: TenantRef, filled: Filled) -> tuple[float, int]:
    """Milliseconds of CPU that a quote takes this process, the median, and its SQL statements.

    The database client's work counts; what the database does is not this process's.
    """
    at = clock.now()
    taken = []
    with tenant_scope(tenant), transaction.atomic():
        actor = actor_of_token(token=filled.customer_token, at=at)
        assert actor is not None
        last = Tariff.objects.order_by("-number")[0]
        Tariff.objects.create(
            number=last.number + 1, currency=last.currency, rules=[*_rules()], published_at=at
        )

        def ask(number: int) -> None:
            quote_create(
                actor=actor,
                service_id=UUID(filled.service_id),
                stops=[StopRequest(point=Position(31.02 + n / 100, 121.43)) for n in (0, 1)],
                weight_grams=3500 + number,
                duration_minutes=None,
                urgent=True,
                insured_value=100_00,
                items=[],
                at=at,
            )

        for number in range(QUOTES):
            began = time.process_time()
            ask(number)
            taken.append(time.process_time() - began)
        with CaptureQueriesContext(connection) as captured:
            ask(QUOTES)
        transaction.set_rollback(True)
    return median(taken) * 1000, len(captured)


def _rules() -> Iterator[dict[str, Any]]:
    """Sixty that are looked at for every order: each step's, then surcharges with conditions."""
    plain: list[tuple[str, dict[str, Any]]] = [
        ("base", {"amount": 500}),
        ("distance", {"free_meters": 1000, "per_km": 100}),
        ("weight", {"free_grams": 1000, "per_kg": 50}),
        ("urgent", {"percent_bps": 2000}),
        ("insured", {"rate_bps": 50, "minimum": 100}),
        ("minimum", {"amount": 800}),
        ("maximum", {"amount": 80_000}),
        ("commission", {"percent_bps": 1500}),
    ]
    for step, params in plain:
        yield _rule(step, params, {})
    for number in range(ACTIVE_RULES - len(plain)):
        step = ("peak", "night", "zone", "holiday")[number % 4]
        when: dict[str, Any] = {**HOURS, "weekdays": [1 + number % 7]}
        if step == "zone":
            when = {"zones_to": [str(UUID(int=zone)) for zone in range(number, number + 10)]}
        # Many of them apply, so that there are lines to write.
        yield _rule(step, {"percent_bps": 100 + number}, {"urgent": True} if number % 8 else when)


def _rule(step: str, params: dict[str, Any], when: dict[str, Any]) -> dict[str, Any]:
    needed: dict[str, Any] = {}
    if step in ("night", "peak"):
        needed = HOURS
    if step == "zone":
        needed = {"zones_to": [str(UUID(int=1))]}
    return {
        "id": str(new_id()),
        "step": step,
        "service_id": None,
        "label": {"en": step, "zh-Hans": step},
        "params": params,
        "when": {**needed, **when},
        "priority": 0,
        "round_to": 1,
        "rounding": "half_up",
        "valid_from": None,
        "valid_until": None,
    }
