"""Accounts and the postings between them. Balances are sums of entries, never stored."""

from django.db import models
from django.db.models import Q

from kernel.tenancy.models import TenantModel


class Account(TenantModel):
    """Where money stands. Amounts are signed: debit positive, credit negative."""

    class Kind(models.TextChoices):
        COURIER_CASH = "courier_cash"  # cash a courier holds for the operator (asset)
        CLEARING = "clearing"  # collected for an order that is not completed yet (liability)
        COURIER_EARNINGS = "courier_earnings"  # owed to a courier (liability)
        REVENUE = "revenue"  # the operator's commission (income)

    kind = models.CharField(max_length=20, choices=Kind)
    owner_id = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner_id", "currency"],
                name="account_unique",
                nulls_distinct=False,
            )
        ]


class Posting(TenantModel):
    """One balanced transaction. `cause` (`order:<id>:completed`) makes it happen once.

    `subject_id` is the row that it is about, in an app above: an order.
    """

    cause = models.CharField(max_length=80, unique=True)
    subject_id = models.UUIDField(null=True)
    at = models.DateTimeField()


class Entry(TenantModel):
    """One line of a posting, in minor units. A deferred trigger refuses an unbalanced posting."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="entry_not_zero")]
