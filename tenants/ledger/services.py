"""The one verb that moves money: a balanced posting, once per cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tenants.ledger.models import Account, Entry, Posting


class Unbalanced(ValueError):
    """The lines of a posting do not sum to zero, or are none: always a bug."""


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` minor units to one account: debit positive, credit negative.

    `owner_id` is whose account it is (a courier), None for the operator's own.
    """

    kind: Account.Kind
    owner_id: UUID | None
    amount: int


@transaction.atomic
def posting_make(
    *, cause: str, subject_id: UUID, currency: str, lines: Sequence[Line], at: datetime
) -> Posting:
    """Write one posting, once per `cause`: a second call gives what the first wrote.

    `subject_id` is the row it is about. Lines of zero are left out. Accounts are opened as needed.
    Raises `Unbalanced`.
    """
    moved = [line for line in lines if line.amount]
    if not moved or sum(line.amount for line in moved) != 0:
        raise Unbalanced(cause)
    posting, is_first = Posting.objects.get_or_create(
        cause=cause, defaults={"subject_id": subject_id, "at": at}
    )
    if is_first:
        Entry.objects.bulk_create(
            Entry(posting=posting, account=account_open(line, currency), amount=line.amount)
            for line in moved
        )
    return posting


def account_open(line: Line, currency: str) -> Account:
    """The account that `line` names, opened if it is new."""
    account, _ = Account.objects.get_or_create(
        kind=line.kind, owner_id=line.owner_id, currency=currency
    )
    return account
