"""The words in which plans are written: what is counted, and what can be switched."""

from enum import StrEnum


class Meter(StrEnum):
    """What is counted of a tenant. The limits of plans are by meter."""

    COURIERS = "couriers"
    STAFF = "staff"
    STORAGE = "storage"
    ORDERS = "orders"
    API_CALLS = "api_calls"
    TURNOVER = "turnover"

    @property
    def monthly(self) -> bool:
        """Whether it starts anew each month (UTC); the others are what is there at present."""
        return self in (Meter.ORDERS, Meter.API_CALLS, Meter.TURNOVER)


class Feature(StrEnum):
    """What a plan switches on."""

    CUSTOM_DOMAIN = "custom_domain"
    EXPORT = "export"
    SANDBOX = "sandbox"
