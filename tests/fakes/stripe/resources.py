"""Every resource: importing it registers what it answers."""

from tests.fakes.stripe import (  # noqa: F401
    catalogue,
    checkout,
    connect,
    customers,
    deliveries,
    events,
    invoice_items,
    invoices,
    payment_intents,
    payment_methods,
    portal,
    refunds,
    renewals,
    subscriptions,
    transfers,
)
