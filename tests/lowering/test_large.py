"""Objects of more fields than a function of PostgreSQL takes arguments, and lists with nothing."""

import pytest

from kernel.tenancy import TenantRef
from tests.lowering.both import both
from tests.lowering.documents import of_objects, wide
from tests.support.cast import cast
from tests.support.world import world


@pytest.mark.parametrize("count", [49, 50, 51, 99, 100, 101, 250])
def test_objects_of_many_fields(alpha: TenantRef, count: int):
    """Columns, words, money and a relation, each under many names."""
    world(alpha)
    kinds = ("position", "name", "priceFrom { amount currency }", "category { id name }")
    fields = " ".join(f"f{number}: {kinds[number % len(kinds)]}" for number in range(count))
    by_sql, by_core = both(alpha, f"{{ services(first: 5) {{ edges {{ node {{ {fields} }} }} }} }}")
    assert by_sql.text == by_core.text
    assert by_sql.decisions == {"services": None}
    [edge] = by_sql.body["data"]["services"]["edges"]
    assert len(edge["node"]) == count


@pytest.mark.parametrize("kind", ["category", "line"])
def test_relations_of_many_fields(alpha: TenantRef, kind: str):
    world(alpha)
    fields = " ".join(f"f{number}: name" for number in range(120))
    document = f"{{ services(first: 5) {{ edges {{ node {{ {kind} {{ {fields} }} }} }} }} }}"
    by_sql, by_core = both(alpha, document)
    assert by_sql.text == by_core.text
    assert by_sql.decisions == {"services": None}


def test_edges_and_pages_of_many_fields(alpha: TenantRef):
    world(alpha)
    cursors = " ".join(f"c{number}: cursor" for number in range(60))
    infos = " ".join(f"p{number}: hasNextPage" for number in range(60))
    page = f"(first: 3) {{ edges {{ {cursors} node {{ id }} }} pageInfo {{ {infos} }} }}"
    for document in (f"{{ services{page} }}", f"{{ categories {{ services{page} }} }}"):
        by_sql, by_core = both(alpha, document)
        assert by_sql.text == by_core.text
        assert by_sql.bugs == []


def test_lists_with_nothing_in_them(alpha: TenantRef):
    """All that can be asked of an operator who has only begun, by its administrator."""
    ines = cast(alpha).ines
    for name in of_objects(on_platform=False):
        for document, variables in wide(name):
            by_sql, by_core = both(alpha, document, variables, token=ines.token)
            assert by_sql.text == by_core.text, document
            assert by_sql.bugs == [], document
