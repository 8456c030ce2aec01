"""Whatever can be asked, the two paths answer alike: keys in order, errors, paths and all."""

from collections.abc import Iterable

from kernel.tenancy import TenantRef
from tests.lowering.both import both
from tests.lowering.conftest import ADMINISTRATOR, COURIER, CUSTOMER, STRANGER, Asker
from tests.lowering.documents import Question, narrow, of_objects, wide
from tests.lowering.register import asked_of_register

LOWERED_AT_LEAST = 36
"""Root fields of which something at least is lowered, on a tenant's host."""
LOWERED_ON_PLATFORM = 8
"""The same, on the platform's."""

MOST = (STRANGER, CUSTOMER, COURIER, ADMINISTRATOR)
"""Those who ask for each field; the others take turns."""


def compare(questions: Iterable[Question], askers: Iterable[Asker]) -> tuple[list[str], int]:
    """What is answered differently, and how many root fields were lowered."""
    wrong, lowered = [], 0
    for document, variables in questions:
        for asker in askers:
            by_sql, by_core = both(asker.scope, document, variables, token=asker.token)
            lowered += None in by_sql.decisions.values()
            who = f"{asker.host}'s {asker.role}: {document} {variables}"
            if by_sql.text != by_core.text:
                wrong.append(who)
            wrong += [f"{who} {bug}" for bug in by_sql.bugs]
    return wrong, lowered


def test_every_root_field_with_all_that_it_shows(askers: list[Asker]):
    for name in of_objects(on_platform=False):
        for turn, question in enumerate(wide(name)):
            # Each role asks, now of the one tenant and now of the other.
            assert compare([question], askers[turn % 2 :: 2])[0] == []


def test_every_field_of_the_rows_by_itself(askers: list[Asker]):
    lowered = set()
    others = [asker for asker in askers if asker.role not in MOST]
    for name in of_objects(on_platform=False):
        for turn, question in enumerate(narrow(name)):
            these = [asker for asker in askers[turn % 2 :: 2] if asker.role in MOST]
            wrong, count = compare([question], [*these, others[turn % len(others)]])
            assert wrong == []
            lowered |= {name} if count else set()
    assert len(lowered) >= LOWERED_AT_LEAST, sorted(lowered)


def test_the_register_as_its_owner_and_strangers_see_it(owners: list[Asker], alpha: TenantRef):
    samples, lowered = asked_of_register(alpha), set()
    for name in of_objects(on_platform=True):
        assert compare(wide(name, samples), owners)[0] == []
        wrong, count = compare(narrow(name, samples), owners)
        assert wrong == []
        lowered |= {name} if count else set()
    assert len(lowered) >= LOWERED_ON_PLATFORM, sorted(lowered)


def test_in_the_other_language_and_in_none(askers: list[Asker]):
    for asker in askers[:4]:
        for language in ("zh-CN,zh;q=0.9", "fr", ""):
            document = "{ services { edges { node { name summary category { name } line { name }"
            document += " priceFrom { amount currency formatted } media { alt } } } } }"
            by_sql, by_core = both(asker.scope, document, token=asker.token, language=language)
            assert by_sql.text == by_core.text
            assert by_sql.decisions == {"services": None}
