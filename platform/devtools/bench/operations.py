"""What is measured: operations of the API.

The reads leave out what Python alone can say (decrypted addresses, money in words, the next
moves), because they are compared with SQL that builds the whole answer.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from kernel import clock
from kernel.tenancy import TenantRef, TenantState

SMALL, LARGE, SHOP = range(3)
"""Which of the filled tenants an operation is measured on."""

SEARCHES: Final = (
    "清洗",
    "washing machine",
    "kongtiao",
    "repair phone",
    "wxsj",
    "快递",
    "refridgerator",
    "chongwu",
    "deliver meal",
    "安装灯具",
)
"""What people type: Chinese, English, pinyin, initials, and one mistyped."""


@dataclass(frozen=True)
class Filled:
    """What is known of a filled tenant; ids as the database has them.

    `digests` are the tokens' in hex; `visit_id` is a service on site; `searches` has the product's
    statement for each of `SEARCHES`.
    """

    host: str
    schema: str
    tenant_id: str
    wrapped_key: str
    customer_token: str
    staff_token: str
    digests: dict[str, str]
    service_id: str
    visit_id: str
    order_id: str
    quote_ids: list[str]
    searches: dict[str, str] = field(default_factory=dict)

    @cached_property
    def tenant(self) -> TenantRef:
        """The tenant, as far as its scope needs it."""
        key = bytes.fromhex(self.wrapped_key)
        return TenantRef(UUID(self.tenant_id), "", self.schema, TenantState.ACTIVE, key)


@dataclass(frozen=True)
class Operation:
    """`variables` answers those of the n-th request, for a page of so many `rows`.

    `asker` is customer, staff or None, `expected` is in each right answer. A read is asked in
    `variants`, one after the other, of the tenant numbered `tenant`.
    """

    name: str
    title: str
    asker: str | None
    expected: str
    variables: Callable[[Filled, int, int], dict[str, Any]]
    document: str
    is_read: bool = True
    rows: int = 20
    variants: int = 1
    tenant: int = SMALL

    def body(self, filled: Filled, *, number: int = 0, size: int) -> str:
        """The n-th request as JSON."""
        variables = self.variables(filled, number, size)
        return json.dumps({"query": self.document, "variables": variables})

    def trusted_body(self, document_id: str, filled: Filled, *, number: int = 0) -> str:
        """The same of a trusted document, for `rows`."""
        variables = self.variables(filled, number, self.rows)
        return json.dumps({"documentId": document_id, "variables": variables})

    def headers(self, filled: Filled) -> dict[str, str]:
        """Where to and who asks, in English."""
        found = {"Host": filled.host, "Accept-Language": "en"}
        if self.asker:
            found["Authorization"] = f"Bearer {getattr(filled, f'{self.asker}_token')}"
        return found


def global_id(type_name: str, key: str) -> str:
    """A row's id in the API."""
    return b64encode(f"{type_name}:{key}".encode()).decode()


def _days(ahead: int) -> str:
    return (clock.now() + timedelta(days=ahead)).date().isoformat()


CARD: Final = """
  id name kind priceFrom { amount currency }
  media { url width height alt } rating { average count }
"""
"""What lists show of a service."""

OPERATIONS: Final = (
    Operation(
        name="storefront",
        title="storefront, 20 services",
        asker=None,
        expected='"rating"',
        variables=lambda filled, number, size: {"first": size},
        document="""query Storefront($first: Int!) {
            services(first: $first) {
              edges { node {
                id name kind category { id name } priceFrom { amount currency }
                media { url width height alt } rating { average count }
              } }
              pageInfo { hasNextPage endCursor }
            }
        }""",
    ),
    Operation(
        name="order",
        title="one order",
        asker="customer",
        expected='"history"',
        variables=lambda filled, number, size: {"id": global_id("Order", filled.order_id)},
        document="""query Order($id: ID!) {
            order(id: $id) {
              id number state placedAt serviceName total { amount currency }
              courier { displayName rating } payment { state }
              stops { id position kind state latitude longitude } items { name quantity }
              quote { distanceMeters lines { code text amount { amount currency } } }
              history { seq kind at by toState }
            }
        }""",
    ),
    Operation(
        name="board",
        title="board, 50 orders",
        asker="staff",
        expected='"serviceName"',
        variables=lambda filled, number, size: {"first": size},
        document="""query Board($first: Int!) {
            orders(first: $first) {
              edges { node {
                id number state urgent placedAt serviceName total { amount currency }
                courier { displayName }
              } }
              pageInfo { hasNextPage endCursor }
            }
        }""",
        rows=50,
    ),
    Operation(
        name="home",
        title="home of 500 services",
        asker=None,
        expected='"recommendations"',
        variables=lambda filled, number, size: {"first": size},
        document=f"""query Home($first: Int!) {{
            categories {{
              id name children {{ id name }}
              services(first: 4) {{ edges {{ node {{ {CARD} }} }} pageInfo {{ hasNextPage }} }}
            }}
            recommendations {{ {CARD} }}
            catalogSearch(first: $first) {{
              edges {{ node {{ {CARD} }} }} pageInfo {{ hasNextPage endCursor }}
            }}
        }}""",
        tenant=SHOP,
    ),
    Operation(
        name="search",
        title="search of 500 services",
        asker=None,
        expected='"hasNextPage"',
        variables=lambda filled, number, size: {
            "text": SEARCHES[number % len(SEARCHES)],
            "first": size,
        },
        document=f"""query Search($text: String!, $first: Int!) {{
            catalogSearch(text: $text, first: $first) {{
              edges {{ node {{ {CARD} }} }} pageInfo {{ hasNextPage endCursor }}
            }}
        }}""",
        variants=len(SEARCHES),
        tenant=SHOP,
    ),
    Operation(
        name="slots",
        title="slots: 14 days, 50 couriers, 2,000 bookings",
        asker=None,
        expected='"slots"',
        variables=lambda filled, number, size: {
            "service": global_id("Service", filled.visit_id),
            "first": _days(1),
            "last": _days(14),
        },
        document="""query Slots($service: ID!, $first: Date!, $last: Date!) {
            slots(
              serviceId: $service, firstOn: $first, lastOn: $last, durationMinutes: 60,
              position: {point: {latitude: 31.02, longitude: 121.43}}
            ) { startsAt endsAt couriersFree }
        }""",
        tenant=SHOP,
    ),
    Operation(
        name="quote",
        title="quoteCreate",
        asker="customer",
        expected='"QuoteCreateSuccess"',
        variables=lambda filled, number, size: {
            "input": {
                "serviceId": global_id("Service", filled.service_id),
                "stops": [
                    {"position": {"point": {"latitude": 31.02, "longitude": 121.43 + stop / 100}}}
                    for stop in range(2)
                ],
                "weightGrams": 3500,
                "items": [{"name": "Books", "quantity": 2} for _ in range(min(size // 10, 20))],
            }
        },
        document="""mutation Quote($input: QuoteCreateInput!) {
            quoteCreate(input: $input) {
              __typename
              ... on UserError { code message }
              ... on QuoteCreateSuccess { quote {
                id distanceMeters expiresAt total { amount currency }
                lines { code text amount { amount currency } }
              } }
            }
        }""",
        is_read=False,
    ),
    Operation(
        name="place",
        title="orderPlace",
        asker="customer",
        expected='"OrderPlaceSuccess"',
        variables=lambda filled, number, size: {
            "input": {
                "quoteId": global_id("Quote", filled.quote_ids[number]),
                "paymentMethod": "ON_DELIVERY",
                "idempotencyKey": f"bench-{number}",
            }
        },
        document="""mutation Place($input: OrderPlaceInput!) {
            orderPlace(input: $input) {
              __typename
              ... on UserError { code message }
              ... on OrderPlaceSuccess { order { id number state total { amount currency } } }
            }
        }""",
        is_read=False,
    ),
)

SCREENS: Final = (
    Operation(
        name="screen",
        title="storefront home",
        asker=None,
        expected='"recommendations"',
        variables=lambda filled, number, size: {"first": size},
        document=f"""query Screen($first: Int!) {{
            categories {{ id name children {{ id name }} }}
            recommendations {{ {CARD} }}
            services(first: $first) {{
              edges {{ node {{ {CARD} }} }} pageInfo {{ hasNextPage endCursor }}
            }}
        }}""",
        rows=8,
        tenant=SHOP,
    ),
    Operation(
        name="nested",
        title="nested catalogue, 20 × 10",
        asker=None,
        expected='"Shelf 19"',
        variables=lambda filled, number, size: {"first": size},
        document="""query Nested($first: Int!) {
            categories {
              id name
              services(first: $first) {
                edges { node { id name kind durationMinutes priceFrom { amount currency } } }
              }
            }
        }""",
        rows=10,
        tenant=LARGE,
    ),
)
"""Screens of a phone, which `bench reads` asks for."""
