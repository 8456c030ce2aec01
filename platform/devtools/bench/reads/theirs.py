"""What PostGraphile is asked: the same rows, and of each as many columns, by its own names.

Lists where ours are lists or pages whose ends nobody asks for, its connections where `pageInfo` is
asked for. It leaves out what it cannot say: which language a text is in, and signing a link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from devtools.bench.operations import Filled


@dataclass(frozen=True)
class Question:
    """A document with its variables, for a page of so many rows."""

    document: str
    variables: Callable[[Filled, int], dict[str, Any]]


_CARD: Final = """
  id kind priceFrom priceCurrency ratingSum ratingCount
  version: catalogServiceversionByVersionId { name }
  media: catalogMediasByServiceIdList(orderBy: [POSITION_ASC]) { file width height alt }
"""
_ON_SALE: Final = 'condition: {state: "published"}'
_IN_ORDER: Final = "orderBy: [POSITION_ASC, ROW_ID_ASC]"
_TOP: Final = f"allCatalogCategoriesList(condition: {{parentId: null, active: true}}, {_IN_ORDER})"
_BELOW: Final = f"""
  children: catalogCategoriesByParentIdList(condition: {{active: true}}, {_IN_ORDER}) {{ id name }}
"""
_POPULAR: Final = f"""
  recommendations: allCatalogServicesList(
    first: 12, {_ON_SALE}, orderBy: [CHOSEN_COUNT_DESC, POSITION_ASC, ROW_ID_ASC]
  ) {{ {_CARD} }}
"""
_PAGE: Final = f"""allCatalogServices(first: $first, {_ON_SALE}, {_IN_ORDER}) {{
    nodes {{ {_CARD} }} pageInfo {{ hasNextPage endCursor }}
  }}
"""


def _first(filled: Filled, size: int) -> dict[str, Any]:
    return {"first": size}


QUESTIONS: Final = {
    "screen": Question(
        f"""query Screen($first: Int!) {{
          categories: {_TOP} {{ id name {_BELOW} }}
          {_POPULAR}
          services: {_PAGE}
        }}""",
        _first,
    ),
    "nested": Question(
        f"""query Nested($first: Int!) {{
          categories: {_TOP} {{
            id name
            services: catalogServicesByCategoryIdList(first: $first, {_ON_SALE}, {_IN_ORDER}) {{
              id kind durationMinutes priceFrom priceCurrency
              version: catalogServiceversionByVersionId {{ name }}
            }}
          }}
        }}""",
        _first,
    ),
    "board": Question(
        """query Board($first: Int!) {
          orders: allOrdersOrders(first: $first, orderBy: [PLACED_AT_DESC, ROW_ID_ASC]) {
            nodes {
              id number state urgent placedAt total currency
              version: catalogServiceversionByVersionId { name }
              courier: couriersCourierByCourierId { displayName }
            }
            pageInfo { hasNextPage endCursor }
          }
        }""",
        _first,
    ),
    "order": Question(
        """query Order($id: UUID!, $stream: String!) {
          order: ordersOrderByRowId(rowId: $id) {
            id number state placedAt total currency
            version: catalogServiceversionByVersionId { name }
            courier: couriersCourierByCourierId { displayName ratingSum ratingCount }
            payment: paymentsPaymentByOrderId { state }
            stops: ordersStopsByOrderIdList(orderBy: [POSITION_ASC]) {
              id position kind state latitude longitude
            }
            items: ordersItemsByOrderIdList(orderBy: [POSITION_ASC]) { name quantity }
            quote: pricingQuoteByQuoteId {
              distanceMeters currency
              lines: pricingQuotelinesByQuoteIdList(orderBy: [POSITION_ASC]) { code label amount }
            }
          }
          history: allJournalEventsList(condition: {stream: $stream}, orderBy: [SEQ_ASC]) {
            seq kind at data
          }
        }""",
        lambda filled, size: {"id": filled.order_id, "stream": f"order:{filled.order_id}"},
    ),
    "home": Question(
        f"""query Home($first: Int!) {{
          categories: {_TOP} {{
            id name {_BELOW}
            services: catalogServicesByCategoryId(first: 4, {_ON_SALE}, {_IN_ORDER}) {{
              nodes {{ {_CARD} }} pageInfo {{ hasNextPage }}
            }}
          }}
          {_POPULAR}
          catalogSearch: {_PAGE}
        }}""",
        _first,
    ),
}
"""By operation. A search needs a function of ours in the database: it has none."""
