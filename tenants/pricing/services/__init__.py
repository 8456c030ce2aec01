"""Writes of prices: rules, tariffs, quotes; a module per concern."""

from tenants.pricing.services.quotes import (
    NoTariff,
    QuoteExpired,
    QuoteTaken,
    quote_create,
    quote_take,
)
from tenants.pricing.services.tariffs import (
    NoBasePrice,
    price_rule_remove,
    price_rule_save,
    tariff_publish,
)

__all__ = [
    "NoBasePrice",
    "NoTariff",
    "QuoteExpired",
    "QuoteTaken",
    "price_rule_remove",
    "price_rule_save",
    "quote_create",
    "quote_take",
    "tariff_publish",
]
