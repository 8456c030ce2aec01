"""Tables that an operator sends, and what became of them."""

from django.db import models

from kernel.tenancy.models import TenantModel


class CatalogImport(TenantModel):
    """One table of services. `rows` are kept until it is finished.

    `problems` are {row, column, reason}, `changes` are {row, name, what}; row 1 is the heading.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        CHECKING = "checking"
        WRITING = "writing"
        DONE = "done"
        REFUSED = "refused"

    dry_run = models.BooleanField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField()
    checked = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
