"""The books: balanced in code and by the database, once per cause, never rewritten."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from kernel.tenancy import TenantRef, tenant_scope
from tenants.ledger.models import Account, Entry, Posting
from tenants.ledger.selectors import balance
from tenants.ledger.services import Line, Unbalanced, posting_make
from tests.support.database import SOME_DAY
from tests.support.stage import nothing_changes
from tests.support.threads import at_once

COURIER = uuid4()
KIND = Account.Kind


def post(cause: str = "one", *lines: Line) -> Posting:
    return posting_make(
        cause=cause,
        subject_id=uuid4(),
        currency="CNY",
        lines=lines
        or [
            Line(KIND.COURIER_CASH, COURIER, 1200),
            Line(KIND.CLEARING, None, -1200),
            Line(KIND.REVENUE, None, 0),
        ],
        at=SOME_DAY,
    )


def test_a_posting_moves_money_once_per_cause(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        first = post()
        with nothing_changes(alpha):
            assert post() == first
            assert post("one", Line(KIND.CLEARING, None, 5), Line(KIND.REVENUE, None, -5)) == first
        assert balance(kind=KIND.COURIER_CASH, owner_id=COURIER) == 1200
        assert balance(kind=KIND.CLEARING, owner_id=None) == -1200
        assert balance(kind=KIND.REVENUE, owner_id=None) == 0
        assert Account.objects.count() == 2
        post("two")
        assert balance(kind=KIND.COURIER_CASH, owner_id=COURIER) == 2400
    with tenant_scope(beta):
        assert balance(kind=KIND.COURIER_CASH, owner_id=COURIER) == 0


def test_at_once_it_is_still_once_and_in_one_account(alpha: TenantRef):
    def act(cause: str) -> Posting:
        with tenant_scope(alpha):
            return post(cause)

    answers = at_once(*(lambda cause=cause: act(cause) for cause in ("a", "a", "b", "c")))
    assert len({answer.id for answer in answers}) == 3
    with tenant_scope(alpha):
        assert Account.objects.count() == 2
        assert balance(kind=KIND.COURIER_CASH, owner_id=COURIER) == 3600


@pytest.mark.parametrize(
    "lines",
    [
        [Line(KIND.CLEARING, None, 5), Line(KIND.REVENUE, None, -4)],
        [Line(KIND.CLEARING, None, 5)],
        [Line(KIND.CLEARING, None, 0), Line(KIND.REVENUE, None, 0)],
    ],
)
def test_an_unbalanced_posting_is_a_bug(alpha: TenantRef, lines: list[Line]):
    with tenant_scope(alpha), nothing_changes(alpha), pytest.raises(Unbalanced):
        post("one", *lines)


def test_the_database_refuses_it_too(alpha: TenantRef):
    with tenant_scope(alpha):
        post()
        account = Account.objects.first()
        with nothing_changes(alpha), pytest.raises(IntegrityError, match="not balanced"):
            with transaction.atomic():
                posting = Posting.objects.create(cause="two", at=SOME_DAY)
                Entry.objects.create(posting=posting, account=account, amount=7)
        with nothing_changes(alpha), pytest.raises(IntegrityError, match="not balanced"):
            Entry.objects.create(posting=Posting.objects.get(), account=account, amount=7)
        with nothing_changes(alpha), pytest.raises(IntegrityError, match="entry_not_zero"):
            Entry.objects.create(posting=Posting.objects.get(), account=account, amount=0)


def test_entries_are_never_rewritten(alpha: TenantRef):
    with tenant_scope(alpha):
        post()
        for change in (
            lambda: Entry.objects.update(amount=1),
            lambda: Entry.objects.first().delete(),
            lambda: Posting.objects.update(cause="x"),
            lambda: Posting.objects.all()._raw_delete(using="default"),
        ):
            with nothing_changes(alpha), pytest.raises(ProgrammingError, match="denied"):
                change()
