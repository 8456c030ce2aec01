"""Background work of the journal."""

from kernel import clock
from kernel.jobs import job
from tenants.journal.usage import usage_report


@job("usage.report")
def usage_report_job() -> None:
    """Copy what the tenant used to the platform, where its owner reads it."""
    usage_report(at=clock.now())
