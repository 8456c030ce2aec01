"""`node(id)`: every type that has one, by every role, both ways."""

import pytest

from tests.lowering.both import both
from tests.lowering.conftest import Asker
from tests.lowering.documents import selections
from tests.support import walk
from tests.support.asking import ROWS, row
from tests.support.database import fixed_id
from tests.support.ids import global_id


@pytest.mark.parametrize("name", sorted((walk.NODES.keys() & ROWS.keys()) - walk.ON_PLATFORM))
def test_every_node_is_told_alike(askers: list[Asker], name: str):
    fields = " ".join(selections(walk.NODES[name], depth=1))
    document = f"""query($id: ID!) {{
        node(id: $id) {{ __typename id ... on {name} {{ {fields} }} }}
    }}"""
    for asker in askers:
        by_sql, by_core = both(asker.scope, document, {"id": row(name)}, token=asker.token)
        assert by_sql.text == by_core.text


def test_one_document_asks_for_many_types(askers: list[Asker]):
    document = """query($id: ID!) {
        node(id: $id) { __typename id ... on Service { name } ... on Category { active } }
    }"""
    lowered = 0
    for asker in askers:
        for name in ("Service", "Category", "Order", "Nonsense"):
            for id in (row(name) if name in ROWS else global_id(name, fixed_id(1)), "no id", ""):
                by_sql, by_core = both(asker.scope, document, {"id": id}, token=asker.token)
                assert by_sql.text == by_core.text
                lowered += by_sql.decisions["node"] is None
    assert lowered > len(askers)
