"""Background work of the journal."""

import structlog

from kernel import clock
from kernel.jobs import job
from kernel.telemetry import broken_chains
from tenants.journal.audit import audit_verify
from tenants.journal.usage import usage_report

log = structlog.get_logger(__name__)


@job("usage.report")
def usage_report_job() -> None:
    """Copy what the tenant used to the platform, where its owner reads it."""
    usage_report(at=clock.now())


@job("journal.audit_verify", nightly=True)
def audit_verified() -> None:
    """Say whether a line of the operator's audit log was changed or taken out, and which."""
    seq = audit_verify()
    if seq is not None:
        broken_chains.labels("audit").inc()
        log.error("the audit log was changed", seq=seq)
