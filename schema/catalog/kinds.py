"""The kinds of services, and who sees what is not on sale."""

from datetime import timedelta
from typing import Final

from schema.core.context import Info
from schema.core.enums import described_enum
from tenants.access.rights import Right
from tenants.catalog import models

ServiceKind = models.ServiceKind
described_enum(
    ServiceKind,
    "How a service is fulfilled, which decides its stops.",
    PICK_UP="Fetch what is waiting for the customer somewhere.",
    BUY_FOR_ME="Buy things and bring them; the goods are passed through at cost.",
    DELIVERY="Carry something from one person to another.",
    ON_SITE="Work at the customer's place.",
)

LINK_LIFETIME: Final = timedelta(hours=24)


BACK_OFFICE: Final = (Right.CATALOG_MANAGE, Right.PRICES_MANAGE)
"""Either of these shows what is not on sale: whoever prices a service sees it before customers."""


def in_back_office(info: Info) -> bool:
    """Whether the caller edits the catalogue or its prices."""
    actor = info.context.actor
    return actor is not None and not actor.rights.isdisjoint(BACK_OFFICE)
