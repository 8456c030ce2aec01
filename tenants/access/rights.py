"""Every right there is, and the roles an operator starts with."""

from enum import StrEnum


class Right(StrEnum):
    """What a caller may do. A root field of the API declares the one it needs."""

    ORDER_AS_CUSTOMER = "order_as_customer"
    FULFIL_AS_COURIER = "fulfil_as_courier"
    BRAND_MANAGE = "brand_manage"
    STAFF_MANAGE = "staff_manage"
    CATALOG_MANAGE = "catalog_manage"
    PRICES_MANAGE = "prices_manage"
    PLACES_MANAGE = "places_manage"
    COURIERS_READ = "couriers_read"
    COURIERS_REVIEW = "couriers_review"
    ORDERS_READ = "orders_read"
    ORDERS_MANAGE = "orders_manage"
    LEDGER_READ = "ledger_read"
    PERSONAL_DATA_READ = "personal_data_read"
    AUDIT_READ = "audit_read"
    BILLING_MANAGE = "billing_manage"


CUSTOMER, COURIER = "customer", "courier"
ADMINISTRATOR, DISPATCHER, FINANCE, SUPPORT = "administrator", "dispatcher", "finance", "support"

PLATFORM_SUPPORT = "platform_support"
"""The role of the platform's owner who impersonates; nobody else is ever given it."""

STAFF_RIGHTS = frozenset(Right) - {Right.ORDER_AS_CUSTOMER, Right.FULFIL_AS_COURIER}

PLATFORM_SUPPORT_RIGHTS = STAFF_RIGHTS - {
    # Who somebody is, and couriers' identity papers: no fault is found by reading those.
    Right.PERSONAL_DATA_READ,
    Right.COURIERS_REVIEW,
    # Whoever invites a colleague, or themselves, outlasts the hour.
    Right.STAFF_MANAGE,
    # The operator's money is spent by the operator.
    Right.BILLING_MANAGE,
}
"""All that a back office does but for these: an order's address is seen, its people are masked."""

ROLE_NAMES: dict[str, dict[str, str]] = {
    CUSTOMER: {"en": "Customer", "zh-Hans": "顾客"},
    COURIER: {"en": "Courier", "zh-Hans": "骑手"},
    ADMINISTRATOR: {"en": "Administrator", "zh-Hans": "管理员"},
    DISPATCHER: {"en": "Dispatcher", "zh-Hans": "调度员"},
    FINANCE: {"en": "Finance", "zh-Hans": "财务"},
    SUPPORT: {"en": "Support", "zh-Hans": "客服"},
    PLATFORM_SUPPORT: {"en": "Platform support", "zh-Hans": "平台支持"},
}
"""What the roles are called, where the starter template does not say otherwise."""

STARTER_ROLES: dict[str, frozenset[Right]] = {
    CUSTOMER: frozenset({Right.ORDER_AS_CUSTOMER}),
    COURIER: frozenset({Right.FULFIL_AS_COURIER}),
    ADMINISTRATOR: STAFF_RIGHTS,
    DISPATCHER: frozenset({Right.ORDERS_READ, Right.ORDERS_MANAGE, Right.COURIERS_READ}),
    FINANCE: frozenset({Right.ORDERS_READ, Right.LEDGER_READ}),
    SUPPORT: frozenset(
        {
            Right.ORDERS_READ,
            Right.ORDERS_MANAGE,
            Right.COURIERS_READ,
            Right.PERSONAL_DATA_READ,
        }
    ),
}
"""The roles every new operator has; each keeps least rights for its work."""
