"""Pages of every kind, of lists of every length."""

from itertools import product

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tests.lowering.both import both
from tests.support.factories import CategoryFactory, ServiceFactory

SAID = """{ __typename totalCount edges { __typename cursor node { position } }
    pageInfo { __typename startCursor endCursor hasNextPage hasPreviousPage } }"""
CURSORS_ALONE = "{ __typename edges { cursor } pageInfo { hasNextPage hasPreviousPage } }"
CURSORS = [None, "YXJyYXljb25uZWN0aW9uOjA=", "YXJyYXljb25uZWN0aW9uOjI=", "YXJyYXljb25uZWN0aW9uOjk5"]
REASONS = (None, "a page of nothing", "totalCount of such a page")
"""Why a page below a row may be left to graphql-core."""
SIZES = ["", "first: 0", "first: 1", "first: 4", "first: 9"]
SIZES += ["last: 0", "last: 1", "last: 2", "last: 9", "first: 3, last: 1"]


def fill(tenant: TenantRef, count: int) -> None:
    """A shelf with so many services, and an empty one."""
    with tenant_scope(tenant):
        shelf = CategoryFactory()
        CategoryFactory()
        for number in range(count):
            ServiceFactory(category=shelf, position=number, state="published")


def arguments(size: str, after: str | None, before: str | None) -> str:
    """The arguments of a page, if there are any."""
    page = [
        *(size,) * bool(size),
        *(f'after: "{after}"',) * bool(after),
        *(f'before: "{before}"',) * bool(before),
    ]
    return f"({', '.join(page)})" if page else ""


@pytest.mark.parametrize("count", [0, 1, 4])
def test_pages_by_places(alpha: TenantRef, count: int):
    fill(alpha, count)
    for size, after, before in product(SIZES, CURSORS, CURSORS[:3]):
        asked = arguments(size, after, before)
        for said in (SAID, SAID.replace("totalCount", ""), "{ totalCount }", CURSORS_ALONE):
            by_sql, by_core = both(alpha, f"{{ services{asked} {said} }}")
            assert by_sql.text == by_core.text, asked
            assert by_sql.bugs == []


@pytest.mark.parametrize("count", [0, 1, 4])
def test_pages_below_a_row(alpha: TenantRef, count: int):
    fill(alpha, count)
    lowered = 0
    for size, after, before in product(SIZES, CURSORS, CURSORS[:3]):
        asked = arguments(size, after, before)
        for said in (SAID, SAID.replace("totalCount", "")):
            document = f"{{ categories {{ name services{asked} {said} }} }}"
            by_sql, by_core = both(alpha, document)
            assert by_sql.text == by_core.text, document
            lowered += by_sql.decisions == {"categories": None}
            assert by_sql.decisions["categories"] in REASONS
    assert lowered > 50


def test_two_pages_below_a_row(alpha: TenantRef):
    fill(alpha, 4)
    said = SAID.replace("totalCount", "")
    for one, other in product(("first: 1", "last: 2", "first: 0", "last: 9"), repeat=2):
        pages = f"a: services({one}) {said} b: services({other}) {said}"
        by_sql, by_core = both(alpha, f"{{ categories {{ {pages} }} }}")
        assert by_sql.text == by_core.text, pages


@pytest.mark.parametrize("sort", ["RELEVANCE", "PRICE_UP", "RATING", "NEWEST", "POPULAR"])
def test_pages_by_keys(alpha: TenantRef, sort: str):
    fill(alpha, 4)
    cursors = ["null"]
    said = SAID.replace("totalCount", "")
    for _ in range(3):
        for size in ("first: 0", "first: 2", "first: 9", "last: 2", "first: 3, last: 1"):
            arguments = f"sort: {sort}, {size}, after: {cursors[-1]}"
            by_sql, by_core = both(alpha, f"{{ catalogSearch({arguments}) {said} }}")
            assert by_sql.text == by_core.text
        document = f"{{ catalogSearch(sort: {sort}, first: 2, after: {cursors[-1]}) {said} }}"
        by_sql, _ = both(alpha, document)
        assert by_sql.decisions == {"catalogSearch": None}
        end = by_sql.body["data"]["catalogSearch"]["pageInfo"]["endCursor"]
        cursors.append(f'"{end}"' if end else "null")
