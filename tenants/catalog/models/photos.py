"""Pictures that customers send for the questions of a form."""

from django.db import models

from kernel.tenancy.models import TenantModel
from tenants.catalog.models.personal import PERSON


class FormPhoto(TenantModel):
    """A picture that a customer sent to answer with; its id is its file's name.

    `taken_at` is when a quote's answers first named it; until then it waits to be swept away.
    """

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person"], condition=models.Q(taken_at=None), name="form_photo_waiting"
            )
        ]
