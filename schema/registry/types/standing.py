"""Where tenants stand with the platform, and how that may be changed."""

from enum import StrEnum

from registry.models import Tenant
from schema.core.enums import described_enum

TenantState = Tenant.State
described_enum(
    TenantState,
    "Where a tenant stands with the platform.",
    name="TenantState",
    PREPARING="Being made; never seen here.",
    TRIAL="Served, on trial.",
    ACTIVE="Served.",
    PAST_DUE="Served read-only: it owes money.",
    SUSPENDED="Refused to everybody.",
    ARCHIVED="Kept, not served.",
    ERASED="Its data is gone.",
)


class TenantMove(StrEnum):
    """The moves of the table in registry/states.py."""

    ACTIVATE = "activate"
    PAST_DUE = "past_due"
    SUSPEND = "suspend"
    RESUME = "resume"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    ERASE = "erase"


described_enum(
    TenantMove,
    "What an owner may do with a tenant's standing.",
    ACTIVATE="tenantActivate: serve it in full.",
    PAST_DUE="tenantPastDue: serve it read-only.",
    SUSPEND="tenantSuspend: refuse everybody.",
    RESUME="tenantResume: serve it again, as it was.",
    ARCHIVE="tenantArchive: keep it, and serve it to nobody.",
    REOPEN="tenantReopen: take it out of the archive, as it was.",
    ERASE="erasureRequest: begin to erase it.",
)
