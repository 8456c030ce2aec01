"""A tenant goes to live on another database server. Its people can read all the time.

Everything slow that can be done beforehand is; then the tenant is frozen, its rows go across, the
register says where they are, and the tenant is writable again, over there. Until that line in the
register the source is the tenant and the target may be thrown away; after it, the other way round.
Whatever stops the work, and wherever: run again, it goes on from the side that counts.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

import psycopg
from django.db import Error, connections, transaction

from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from kernel.tenancy.unavailable import is_unavailable
from registry.archives.dump import migrations_had
from registry.archives.locks import ArchiveBusy, archive_lock
from registry.archives.restore import restoration_open
from registry.archives.shapes import ReleaseUnknown, schema_shaped
from registry.audit import owner_action
from registry.database import OWNER_ALIAS
from registry.fleet.freeze import WritersRemain, freeze_lift, tenant_frozen
from registry.fleet.releases import Key
from registry.fleet.settle import jobs_move, tables_analyze
from registry.fleet.transfer import TransferFailed, Watch, rows_transfer
from registry.models import Move, Tenant
from registry.resolver import resolver
from registry.schemas import schema_drop
from registry.servers import UnknownServer, server_look

GRACE_SECONDS: Final = 3.0
"""After the switch, before the source is dropped: requests under way there end in peace."""

_State = Move.State

type Clock = Callable[[], datetime]


class Teller(Watch, Protocol):
    """Hears of the rows, and what else is being done."""

    def step(self, text: str) -> None:
        """This is done next."""


class MoveRefused(Exception):
    """It cannot be moved there now, and nothing has changed. Says what to do next."""


class MoveFailed(Exception):
    """It was broken off. The tenant is where it was, as it was; run again, it begins afresh."""


class MoveUnfinished(Exception):
    """The tenant lives on the target, and something is left to do: run again, it is done."""


def tenant_move(*, slug: str, to: str, now: Clock, tell: Teller) -> Move:
    """Move the tenant called `slug` to the server `to`, or end a move that was broken off.

    Binds its own scopes. Raises `MoveRefused`, `MoveFailed` and `MoveUnfinished`.
    """
    with platform_scope():
        tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None or tenant.state in (TenantState.PREPARING, TenantState.ERASED):
        raise MoveRefused(f"there is no operator called {slug}: fleet status lists them")
    try:
        with archive_lock(tenant.id):
            return _move(_tenant(tenant.id), to, now, tell)
    except ArchiveBusy as busy:
        raise MoveRefused(f"{slug}: {busy}") from busy


def _move(tenant: Tenant, to: str, now: Clock, tell: Teller) -> Move:
    if (unfinished := _left_over(tenant, now())) is not None:
        tell.step(f"Ending the move from {unfinished.source} to {unfinished.target}")
        _finish(unfinished, now, tell)
        tenant = _tenant(tenant.id)
        if tenant.server == to:
            return unfinished
    _check(tenant, to, tell)
    freeze_lift(tenant.id)  # of a run that was killed
    source, target = tenant.ref(), replace(tenant.ref(), server=to)
    with platform_scope():
        move: Move = Move.objects.create(
            tenant=tenant, source=source.server, target=to, started_at=now()
        )
    try:
        migrations = migrations_had(source)
        tell.step(f"Making its schema on {to}")
        schema_drop(target.schema, to)
        schema_shaped(target, migrations)
        tell.step(f"Freezing {tenant.slug}: read-only from now on")
        at = now()
        with tenant_frozen(source, at=at):
            proof = _transferred(source, target, migrations, tell)
            tell.step("Switching")
            _switch(move, frozen_at=at, at=now(), proof=proof)
        _lifted(move, at, now())
    except BaseException as error:
        _failed(move, target, error, now())
        raise
    _finish(move, now, tell)
    return move


def _tenant(tenant_id: UUID) -> Tenant:
    """As the register has it now."""
    with platform_scope():
        tenant: Tenant = Tenant.objects.get(id=tenant_id)
    return tenant


# -- before ---------------------------------------------------------------------------------------


def _left_over(tenant: Tenant, at: datetime) -> Move | None:
    """The move that has switched and not ended, if there is one; others were broken off."""
    with platform_scope():
        Move.objects.filter(tenant=tenant, state=_State.COPYING).update(
            state=_State.FAILED, error="it was killed", finished_at=at
        )
        return Move.objects.filter(tenant=tenant, state=_State.SWITCHED).first()


def _check(tenant: Tenant, to: str, tell: Teller) -> None:
    """Raises `MoveRefused` unless the tenant can live on `to`."""
    slug = tenant.slug
    if tenant.server == to:
        raise MoveRefused(f"{slug} lives on {to} already")
    tell.step(f"Checking {to}")
    try:
        here, there = server_look(tenant.server), server_look(to)
    except UnknownServer as unknown:
        raise MoveRefused(f"{unknown} (DATABASE_SERVERS names them)") from unknown
    for look in (there, here):
        if look.problem is not None:
            raise MoveRefused(f"{look.name}: {look.problem}")
    if absent := here.extensions.keys() - there.extensions.keys():
        names = ", ".join(sorted(absent))
        raise MoveRefused(f"{to} lacks the extensions {names}: install them there first")
    with platform_scope():
        if restoration_open(tenant) is not None:
            raise MoveRefused(f"{slug} has a restored schema: fleet restore --swap or --drop it")
        was_there = Move.objects.filter(tenant=tenant, target=to).exists()
    if not was_there and _has_schema(replace(tenant.ref(), server=to)):
        raise MoveRefused(f"{to} has a schema {tenant.schema_name} of unknown origin: look into it")


def _has_schema(tenant: TenantRef) -> bool:
    with tenant_scope(tenant), connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s)", [tenant.schema])
        return cursor.fetchone()[0] is not None


# -- across ---------------------------------------------------------------------------------------


def _transferred(
    source: TenantRef, target: TenantRef, migrations: list[Key], tell: Teller
) -> dict[str, Any]:
    proof = rows_transfer(source, target, migrations=migrations, watch=tell).document()
    tell.step(f"The same rows on both sides: {proof['digest']}")
    return proof


@transaction.atomic
def _switched(move: Move, frozen_at: datetime, at: datetime, proof: dict[str, Any]) -> None:
    tenant = Tenant.objects.select_for_update(no_key=True).get(id=move.tenant_id)
    if tenant.moving_since != frozen_at or tenant.server != move.source:
        raise TransferFailed("somebody lifted the freeze meanwhile: run it again")
    tenant.server = move.target
    tenant.save(update_fields=["server"])
    move.state, move.switched_at, move.proof = _State.SWITCHED, at, proof
    move.save(update_fields=["state", "switched_at", "proof"])
    owner_action(
        owner=None,
        action="tenantMove",
        tenant=tenant,
        data={"from": move.source, "to": move.target, "digest": proof["digest"]},
        at=at,
    )


def _switch(move: Move, *, frozen_at: datetime, at: datetime, proof: dict[str, Any]) -> None:
    with platform_scope():
        _switched(move, frozen_at, at, proof)
    resolver.clear()


def _failed(move: Move, target: TenantRef, error: BaseException, at: datetime) -> None:
    """Clean up on the side that does not count. Raises what to tell whoever ran it."""
    with platform_scope():
        move.refresh_from_db()
        slug = Tenant.objects.values_list("slug", flat=True).get(id=move.tenant_id)
        if move.state == _State.SWITCHED:
            raise MoveUnfinished(
                f"{slug} lives on {move.target}, but is not writable yet: {_said(error)};"
                " run it again"
            ) from error
        move.state, move.error, move.finished_at = _State.FAILED, _said(error)[:500], at
        move.save(update_fields=["state", "error", "finished_at"])
        frozen = Tenant.objects.filter(id=move.tenant_id, moving_since__isnull=False).exists()
    with suppress(Error):  # what cannot be dropped now, the next run drops
        schema_drop(target.schema, target.server)
    stands = f"{slug} is on {move.source} as before"
    if frozen:
        stands += ", but read-only until this is run again"
    if isinstance(error, Error | psycopg.Error | TransferFailed | WritersRemain | ReleaseUnknown):
        raise MoveFailed(f"{_said(error)}. {stands}") from error


def _said(error: BaseException) -> str:
    """In a line, without a row's values."""
    if isinstance(error, TransferFailed | WritersRemain | ReleaseUnknown):
        return str(error)
    if is_unavailable(error):
        return f"a database server went away: {str(error).strip().splitlines()[0]}"
    return type(error).__name__


# -- after ----------------------------------------------------------------------------------------


def _finish(move: Move, now: Clock, tell: Teller) -> None:
    """Everything that is left once the register names the target; each part can be done twice."""
    tenant = _tenant(move.tenant_id)
    try:
        since = tenant.moving_since
        freeze_lift(tenant.id)
        if since is not None:
            _lifted(move, since, now())
        tell.step(f"Writable again, on {move.target}, {_read_only(move)}")
        if count := jobs_move(tenant.schema_name, source=move.source, target=move.target):
            tell.step(f"Took along {count} that waited in its queue")
        tables_analyze(tenant.ref())
        tell.step(f"Cleaning {move.source}")
        time.sleep(GRACE_SECONDS)
        jobs_move(tenant.schema_name, source=move.source, target=move.target)
        schema_drop(tenant.schema_name, move.source)
    except (Error, psycopg.Error) as error:
        raise MoveUnfinished(
            f"{tenant.slug} lives on {move.target}, but {move.source} could not be cleaned:"
            f" {_said(error)}; run it again"
        ) from error
    with platform_scope():
        move.state, move.finished_at = _State.DONE, now()
        move.save(update_fields=["state", "finished_at"])


def _lifted(move: Move, since: datetime, at: datetime) -> None:
    move.read_only_seconds = (at - since).total_seconds()
    with platform_scope():
        move.save(update_fields=["read_only_seconds"])


def _read_only(move: Move) -> str:
    if move.read_only_seconds is None:  # killed in the moment between
        return "and read-only for no one knows how long"
    return f"after {move.read_only_seconds:.1f} s of reading only"
