"""How tenants and the platform fare."""

from datetime import datetime

import strawberry

from kernel.tenancy import TenantState as Standing
from registry import health
from registry.health import Finding
from schema.core.enums import described_enum
from schema.registry.types.standing import TenantState

described_enum(
    Finding,
    "Something about a tenant that somebody should look at.",
    name="TenantFinding",
    BACKUP_STALE="Served, and without a backup for two nights.",
    BACKUP_FAILED="Its last backup failed.",
    RELEASE_FAILED="The last release failed in its schema: `fleet status` says why.",
    MOVE_STUCK="Read-only for a move for more than ten minutes: run the move again.",
    COPY_BESIDE="A restored copy stands beside it: swap it, or drop it.",
    ERASURE_DUE="The waiting period of its erasure is over: confirm, or cancel.",
    ERASURE_STUCK="Its erasure was confirmed, and has not come to its end.",
)


@strawberry.type(description="How a tenant fares, by what the register knows.")
class TenantHealth:
    """Facts, and what follows from them."""

    last_backup_at: datetime | None = strawberry.field(
        description="When its last good backup was done."
    )
    release_failed_at: str | None = strawberry.field(
        description="The migration that its schema is behind since; null where none failed."
    )
    findings: list[Finding] = strawberry.field(description="Empty for one that fares well.")


@strawberry.type(description="How many tenants are in a state.")
class StateCount:
    """One state."""

    state: TenantState = strawberry.field(description="Which.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="How many tenants live on a database server.")
class ServerCount:
    """One server."""

    server: str = strawberry.field(description="Its name in the settings.")
    count: int = strawberry.field(description="How many, but for erased ones.")


@strawberry.type(description="The platform at a glance.")
class PlatformSummary:
    """Counts."""

    tenants: list[StateCount] = strawberry.field(description="By state; every state is there.")
    servers: list[ServerCount] = strawberry.field(description="By server.")
    sandboxes: int = strawberry.field(description="How many of the tenants are sandboxes.")
    moving: int = strawberry.field(description="Being moved now, and read-only.")
    release_failures: int = strawberry.field(description="Schemas that the last release failed in.")
    impersonations_open: int = strawberry.field(description="Under way now.")
    erasures_open: int = strawberry.field(description="Asked for, or being carried out.")


def tenant_health(found: health.Health) -> TenantHealth:
    """The register's view as the API shows it."""
    return TenantHealth(
        last_backup_at=found.last_backup_at,
        release_failed_at=found.release_failed_at or None,
        findings=found.findings,
    )


def summary_shown(summary: health.PlatformSummary) -> PlatformSummary:
    """The register's view as the API shows it."""
    states = [state for state in TenantState if state != TenantState.PREPARING]
    return PlatformSummary(
        tenants=[
            StateCount(state=state, count=summary.by_state.get(Standing(state), 0))
            for state in states
        ],
        servers=[
            ServerCount(server=server, count=count)
            for server, count in sorted(summary.by_server.items())
        ],
        sandboxes=summary.sandboxes,
        moving=summary.moving,
        release_failures=summary.release_failures,
        impersonations_open=summary.impersonations_open,
        erasures_open=summary.erasures_open,
    )
