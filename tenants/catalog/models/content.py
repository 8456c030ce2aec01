"""What stands beside a service and is shown as soon as it is saved: pictures, cases, questions."""

from django.db import models
from django.db.models import Q

from kernel.tenancy.models import TenantModel
from kernel.texts import TextsField
from tenants.catalog.models.services import Service


class Moment(models.TextChoices):
    """When in the work a picture was taken."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


class Media(TenantModel):
    """A picture or a video of a service. `seconds` is how long a video lasts."""

    class Kind(models.TextChoices):
        PICTURE = "picture"
        VIDEO = "video"

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="media")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.PICTURE)
    moment = models.CharField(max_length=6, choices=Moment, default=Moment.OTHER)
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField(null=True)
    alt = TextsField(default=dict)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]


class Case(TenantModel):
    """A piece of work that was done, told with the consent of whom it was done for.

    It is shown only while that consent stands: the database holds to it.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="cases")
    title = TextsField()
    story = TextsField(default=dict)
    consent_at = models.DateTimeField(null=True)
    shown = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shown=False) | Q(consent_at__isnull=False), name="case_shown_by_consent"
            )
        ]


class CasePicture(TenantModel):
    """A picture of a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pictures")
    moment = models.CharField(max_length=6, choices=Moment, default=Moment.OTHER)
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = TextsField(default=dict)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]


class Faq(TenantModel):
    """A question that customers ask about a service, and its answer."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="faqs")
    question = TextsField()
    answer = TextsField()
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
