"""Background work of prices."""

from kernel import clock
from kernel.jobs import job
from tenants.pricing.services.forgetting import quotes_forget


@job("pricing.quotes_forget", nightly=True)
def quotes_forgotten() -> None:
    """Drop quotes that nobody took up."""
    quotes_forget(at=clock.now())
