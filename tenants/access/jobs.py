"""Background work of access."""

from kernel import clock
from kernel.jobs import job
from tenants.access.services.forgetting import signing_in_forget


@job("access.forget", nightly=True)
def forget() -> None:
    """Drop old attempts, lapsed codes and ended sessions."""
    signing_in_forget(at=clock.now())
