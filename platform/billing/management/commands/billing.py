"""manage.py billing sync, replay, catch-up"""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.inbox import events_catch_up, events_known, events_replay
from billing.models import ProviderEvent
from billing.plans import plans_offered
from billing.prices import plan_sync
from billing.provider import BillingNotSetUp, BillingUnavailable, ProviderError
from kernel import clock
from kernel.tenancy import platform_scope

MARGIN = timedelta(hours=1)
"""Looked at once more before the newest event that is known: they do not come in their order."""

LONGEST = timedelta(days=30)
"""For how long the provider keeps its events."""


class Command(BaseCommand):
    """What operators pay: plans' prices at the provider, and the inbox of its events."""

    # They would import the whole API, which takes longer than most of what is done here.
    requires_system_checks: list[str] = []
    help = (
        "sync: give each plan on offer its product and price at Stripe (after a plan is made or "
        "edited; safe to repeat). replay: handle events again. catch-up: fetch the events that "
        "Stripe could not deliver while this installation was down. A worker carries out what "
        "replay and catch-up queue. See platform/billing/README.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("sync", help="plans' products and prices at Stripe")
        replay = actions.add_parser("replay", help="handle events of the inbox again")
        which = replay.add_mutually_exclusive_group(required=True)
        which.add_argument("event", nargs="?", metavar="EVENT_ID", help="Stripe's id: evt_…")
        which.add_argument("--failed", action="store_true", help="all that have failed")
        which.add_argument("--since", type=_moment, metavar="TIME", help="all that came since")
        catch_up = actions.add_parser("catch-up", help="fetch events that never came")
        catch_up.add_argument(
            "--since",
            type=_moment,
            metavar="TIME",
            help="an hour before the newest that is known, unless told; 30 days at most",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        action = {"sync": self._sync, "replay": self._replay, "catch-up": self._catch_up}
        try:
            with platform_scope():
                action[options["action"]](**options)
        except BillingNotSetUp as refusal:
            raise CommandError("set STRIPE_SECRET_KEY first") from refusal
        except BillingUnavailable as refusal:
            raise CommandError("Stripe does not answer; try again later") from refusal
        except ProviderError as error:
            raise CommandError(f"Stripe refused: {error}; look at its dashboard") from error

    def _sync(self, **_: Any) -> None:
        for plan in plans_offered():
            synced = plan_sync(plan)
            word = "new price" if synced.is_new else "unchanged"
            self.stdout.write(f"{plan.key}: {plan.provider_price} ({word})")

    def _replay(self, *, event: str | None, failed: bool, since: datetime | None, **_: Any) -> None:
        if event is not None:
            found = ProviderEvent.objects.filter(event_id=event)
            if not found.exists():
                raise CommandError(f"there is no event {event} here; catch-up may fetch it")
        elif failed:
            found = events_known(state=ProviderEvent.State.FAILED)
        else:
            found = ProviderEvent.objects.filter(received_at__gte=since)
        self.stdout.write(f"{events_replay(found, at=clock.now())} to be handled again")

    def _catch_up(self, *, since: datetime | None, **_: Any) -> None:
        at = clock.now()
        if since is None:
            newest = ProviderEvent.objects.order_by("-happened_at").first()
            since = newest.happened_at - MARGIN if newest else at - LONGEST
        there, new = events_catch_up(since=max(since, at - LONGEST), at=at)
        self.stdout.write(f"{there} events since {since.isoformat()}, {new} of them new here")


def _moment(text: str) -> datetime:
    """An instant with its offset, as ISO 8601 writes it."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("with its offset, like 2026-03-02T17:00:00+08:00")
    return moment
