"""Whatever can be asked, the two paths answer alike: keys in order, errors, paths and all."""

from collections.abc import Iterable

from tests.lowering.both import both
from tests.lowering.conftest import Asker
from tests.lowering.documents import Question, narrow, of_rows, wide

LOWERED_AT_LEAST = 36
"""Root fields of which something at least is lowered, on a tenant's host."""


def compare(questions: Iterable[Question], askers: Iterable[Asker]) -> tuple[list[str], int]:
    """What is answered differently, and how many root fields were lowered."""
    wrong, lowered = [], 0
    for document, variables in questions:
        for asker in askers:
            by_sql, by_core = both(asker.tenant, document, variables, token=asker.token)
            lowered += None in by_sql.decisions.values()
            if by_sql.text != by_core.text:
                wrong.append(f"{asker.tenant.slug}'s {asker.role}: {document} {variables}")
    return wrong, lowered


def test_every_root_field_with_all_that_it_shows(askers: list[Asker]):
    for name in of_rows():
        assert compare(wide(name), askers)[0] == []


def test_every_field_of_the_rows_by_itself(askers: list[Asker]):
    lowered = set()
    for name in of_rows():
        for turn, question in enumerate(narrow(name)):
            # Each field is asked by every role, now of the one tenant and now of the other.
            wrong, count = compare([question], askers[turn % 2 :: 2])
            assert wrong == []
            lowered |= {name} if count else set()
    assert len(lowered) >= LOWERED_AT_LEAST, sorted(lowered)


def test_in_the_other_language_and_in_none(askers: list[Asker]):
    for asker in askers[:4]:
        for language in ("zh-CN,zh;q=0.9", "fr", ""):
            document = "{ services { edges { node { name summary category { name } line { name }"
            document += " priceFrom { amount currency formatted } media { alt } } } } }"
            by_sql, by_core = both(asker.tenant, document, token=asker.token, language=language)
            assert by_sql.text == by_core.text
            assert by_sql.decisions == {"services": None}
