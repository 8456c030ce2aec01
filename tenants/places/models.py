"""Where things are. Positions are WGS-84 degrees."""

from django.db import models
from django.db.models import Q

from kernel.crypto import EncryptedJSONField
from kernel.tenancy.models import TenantModel
from kernel.texts import TextsField


class Place(TenantModel):
    """A place the operator knows by name, in a tree; what may lie in what: `states.MAY_LIE_IN`.

    `hours` is as `hours.Hours.serialise` writes it; null where nobody keeps hours.
    """

    class Kind(models.TextChoices):
        CAMPUS = "campus"
        BUILDING = "building"
        GATE = "gate"
        FLOOR = "floor"
        ROOM = "room"
        STATION = "station"

    kind = models.CharField(max_length=12, choices=Kind)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    name = TextsField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    hours = models.JSONField(null=True)
    active = models.BooleanField(default=True)


class Zone(TenantModel):
    """An area that the operator covers. `polygon` is a GeoJSON Polygon or MultiPolygon.

    `services` are the ids of the services that it covers, as text; none means all.
    """

    name = TextsField()
    polygon = models.JSONField()
    priority = models.IntegerField(default=0)
    services = models.JSONField(default=list, db_default=[])
    active = models.BooleanField(default=True)


class Address(TenantModel):
    """A person's own address. `details`: contact_name, phone (E.164), text, door; encrypted.

    A removed one has no details left.
    """

    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="addresses")
    details = EncryptedJSONField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    latitude = models.FloatField()
    longitude = models.FloatField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="address_on_earth",
            )
        ]
