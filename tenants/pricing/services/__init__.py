"""Writes of prices: rules, tariffs, quotes; a module per concern."""

from tenants.pricing.services.checks import PriceUnsound, RuleNeverApplies, RulesShadow
from tenants.pricing.services.courier_prices import (
    CourierPriceNotAllowed,
    CourierPriceOutOfBand,
    courier_price_decide,
    courier_price_propose,
    courier_price_withdraw,
)
from tenants.pricing.services.quotes import (
    NoTariff,
    PriceTooLarge,
    QuoteExpired,
    QuoteTaken,
    quote_create,
    quote_take,
)
from tenants.pricing.services.rules import RuleDraft, price_rule_remove, price_rule_save
from tenants.pricing.services.tariffs import NoBasePrice, tariff_publish

__all__ = [
    "CourierPriceNotAllowed",
    "CourierPriceOutOfBand",
    "NoBasePrice",
    "NoTariff",
    "PriceTooLarge",
    "PriceUnsound",
    "QuoteExpired",
    "QuoteTaken",
    "RuleDraft",
    "RuleNeverApplies",
    "RulesShadow",
    "courier_price_decide",
    "courier_price_propose",
    "courier_price_withdraw",
    "price_rule_remove",
    "price_rule_save",
    "quote_create",
    "quote_take",
    "tariff_publish",
]
