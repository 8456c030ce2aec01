"""What one person likes, looked at and ordered. All of it goes when the person does."""

from django.db import models

from kernel.tenancy.models import TenantModel
from tenants.catalog.models.services import Service

PERSON = "access.Person"


class Favourite(TenantModel):
    """A person keeps a service at hand."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "service"], name="favourite_once")]


class Seen(TenantModel):
    """A person looked at a service, last `at`."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "service"], name="seen_once")]
        indexes = [models.Index(fields=["person", "-at"], name="seen_lately")]


class Chosen(TenantModel):
    """A person ordered a service `times`, last `at`, last to the operator's place `place_id`."""

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    times = models.PositiveIntegerField()
    at = models.DateTimeField()
    place_id = models.UUIDField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "service"], name="chosen_once")]


class Preference(TenantModel):
    """What a person wants of the catalogue. Without a row, what is usual: recommendations are on.

    `recommendations` is the switch that article 24 of China's PIPL asks for.
    """

    person = models.OneToOneField(PERSON, on_delete=models.CASCADE, related_name="+")
    recommendations = models.BooleanField(default=True)
    updated_at = models.DateTimeField()
