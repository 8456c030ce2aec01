"""Releases that run or ran through the fleet, as an owner sees them: how far, how fast, who failed.

A record, and never what a run goes by: that is each schema's own ledger. One that says it runs is
believed only while somebody holds the releases' lock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from django.db import Error
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from kernel.tenancy import platform_scope
from registry.fleet import FleetSchema
from registry.fleet.plan import Failed, Plan, UnknownTenants
from registry.fleet.releases import Release, ReleaseBroken, release
from registry.fleet.safety import LinterAbsent
from registry.models import ReleaseFailure, ReleaseRun, Tenant

LOCK: Final = "fleet migrate"
"""The name of the advisory lock that whoever carries out a release holds."""

TELL_SECONDS: Final = 1.0
"""How often a run says at most how far it is."""

NAMED: Final = 100
"""Failed schemas that are named in a run."""

_STOPPED_HALF_WAY: Final = "broken off"

# A bigint's lock is shown as its two halves.
_HELD: Final = """
EXISTS (
    SELECT FROM pg_locks JOIN pg_database d ON d.oid = pg_locks.database
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND datname = current_database()
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended(%s, 0)
)
"""


class ReleaseRefused(Exception):
    """The release is too dangerous to be carried out unasked. The message names its migrations."""


@dataclass(slots=True)
class Diary:
    """Writes down how a run goes. Nothing is written of a run with nothing to do."""

    at: datetime
    _began: float = field(default_factory=monotonic)
    _told: float = 0.0
    _row: ReleaseRun | None = None

    def begin(self, plan: Plan, *, platform: Sequence[str]) -> None:
        """What it is going to do. Under the lock, so nobody else is at it, whatever rows say."""
        with platform_scope():
            dead = ReleaseRun.objects.filter(state=ReleaseRun.State.RUNNING)
            dead.update(state=ReleaseRun.State.STOPPED, error=_STOPPED_HALF_WAY)
            if not (plan.schemas or plan.hopeless or platform):
                return
            self._row = ReleaseRun.objects.create(
                release=release(),
                started_at=self.at,
                told_at=self.at,
                platform=list(platform),
                groups=[_group(group.release, group.schemas) for group in plan.groups],
                total=len(plan.schemas) + len(plan.hopeless),
            )

    def tell(self, *, done: int, migrated: int, failed: Sequence[Failed]) -> None:
        """How far it is; seldom enough to cost nothing."""
        now = monotonic()
        if self._row is None or (self._told and now - self._told < TELL_SECONDS):
            return
        self._told = now
        self._write(done=done, **_came(migrated, failed))

    def end(self, *, migrated: int, failed: Sequence[Failed], stopped: bool) -> None:
        """What has become of it."""
        self._write(
            state=ReleaseRun.State.STOPPED if stopped else ReleaseRun.State.DONE,
            finished_at=self._now(),
            done=migrated + len(failed),
            **_came(migrated, failed),
        )

    def give_up(self, error: BaseException) -> None:
        """It has ended by `error`; what was done until then stays as it was told."""
        if isinstance(error, UnknownTenants):
            return  # a slip of the pen, and no run
        ours = isinstance(error, ReleaseRefused | ReleaseBroken | LinterAbsent)
        words = str(error) if ours else type(error).__name__
        refused = isinstance(error, ReleaseRefused)
        state = ReleaseRun.State.REFUSED if refused else ReleaseRun.State.STOPPED
        if self._row is None:
            with platform_scope():
                self._row = ReleaseRun.objects.create(
                    release=release(), started_at=self.at, told_at=self.at
                )
        self._write(state=state, finished_at=self._now(), error=words[:500])

    def _now(self) -> datetime:
        return self.at + timedelta(seconds=monotonic() - self._began)

    def _write(self, **columns: Any) -> None:
        if self._row is not None:
            with platform_scope():
                rows = ReleaseRun.objects.filter(id=self._row.id)
                rows.update(told_at=self._now(), **columns)


@contextmanager
def diary_of_a_run(*, at: datetime) -> Iterator[Diary]:
    """A diary whose last page is written however the block ends."""
    diary = Diary(at)
    try:
        yield diary
    except BaseException as error:
        with suppress(Error):  # why it ended matters more than that nobody could write it down
            diary.give_up(error)
        raise


def _came(migrated: int, failed: Sequence[Failed]) -> dict[str, Any]:
    return {
        "migrated": migrated,
        "failed": len(failed),
        "failures": [
            {
                "schema": one.of.schema,
                "slug": one.of.slug or "",
                "migration": one.migration,
                "error": one.error,
            }
            for one in failed[:NAMED]
        ],
    }


def _group(goal: Release, schemas: Sequence[FleetSchema]) -> dict[str, Any]:
    kinds = [one.kind.value for one in schemas]
    return {
        "migrations": [migration.name for migration in goal.migrations],
        **{kind: kinds.count(kind) for kind in sorted(set(kinds))},
    }


# -- reading --------------------------------------------------------------------------------------


def lock_held_column() -> RawSQL:
    """Whether a release is being carried out now, to annotate a queryset with."""
    return RawSQL(_HELD, [LOCK], output_field=BooleanField())  # noqa: S611  (no words of others)


def runs_known() -> QuerySet[ReleaseRun]:
    """Every run that had something to do, the newest first. Platform scope."""
    return ReleaseRun.objects.order_by("-id")


def state_of(run: Any) -> ReleaseRun.State:
    """Where a run annotated with `lock_held_column` as `held` is: a dead one has stopped."""
    if run.state == ReleaseRun.State.RUNNING and not run.held:
        return ReleaseRun.State.STOPPED
    return ReleaseRun.State(run.state)


@dataclass(frozen=True, slots=True)
class FailureNow:
    """A schema that is behind since a release failed in it; whose, where it is a tenant's."""

    row: ReleaseFailure
    tenant: Tenant | None


def failures_now() -> list[FailureNow]:
    """The schemas that the last release failed in, the tenants' first. Platform scope."""
    rows = list(ReleaseFailure.objects.order_by("schema_name")[:NAMED])
    names = [row.schema_name for row in rows]
    tenants = {each.schema_name: each for each in Tenant.objects.filter(schema_name__in=names)}
    found = [FailureNow(row, tenants.get(row.schema_name)) for row in rows]
    return sorted(
        found, key=lambda one: (one.tenant is None, one.tenant.slug if one.tenant else "")
    )
