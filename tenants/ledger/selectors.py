"""Reads of the ledger. A balance is the sum of an account's entries, debit positive."""

from uuid import UUID

from django.db.models import BigIntegerField, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.ledger.models import Account, Entry


def balance(*, kind: Account.Kind, owner_id: UUID | None) -> int:
    """What stands on an account in minor units, debit positive; 0 for one never opened."""
    entries = Entry.objects.filter(account__kind=kind, account__owner_id=owner_id)
    total: int | None = entries.aggregate(total=Sum("amount"))["total"]
    return int(total or 0)


def accounts_visible(actor: Actor | None, among: QuerySet[Account]) -> QuerySet[Account]:
    """The accounts of `among`, each with its `balance`, for whoever reads the ledger."""
    if actor is None or Right.LEDGER_READ not in actor.rights:
        return among.none()
    # The sum of bigints is numeric.
    summed = Cast(Coalesce(Sum("entries__amount"), 0), BigIntegerField())
    return among.annotate(balance=summed)


def accounts_listed() -> QuerySet[Account]:
    """Every account, by kind. Not scoped to anybody."""
    return Account.objects.order_by("kind", "id")
