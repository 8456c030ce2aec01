"""Writes of places, zones and addresses, and the check that a zone covers a position."""

from tenants.places.services.addresses import (
    MAX_ADDRESSES,
    access_address,
    address_remove,
    address_save,
)
from tenants.places.services.coverage import (
    Coverage,
    OutsideZones,
    ServiceNotCovered,
    coverage_check,
    coverage_of,
)
from tenants.places.services.finding import AddressesFound, address_at, address_search
from tenants.places.services.limits import TooMany
from tenants.places.services.place_files import (
    MAX_TOLD,
    PlacesImported,
    places_exported,
    places_import,
)
from tenants.places.services.tree import (
    MAX_DEPTH,
    MAX_PLACES,
    Numbers,
    access_place,
    place_save,
    places_fill,
)
from tenants.places.services.zone_files import ZonesImported, zones_exported, zones_import
from tenants.places.services.zone_tables import zones_table
from tenants.places.services.zones import MAX_ZONES, access_zone, zone_remove, zone_save

__all__ = [
    "MAX_ADDRESSES",
    "MAX_DEPTH",
    "MAX_PLACES",
    "MAX_TOLD",
    "MAX_ZONES",
    "AddressesFound",
    "Coverage",
    "Numbers",
    "OutsideZones",
    "PlacesImported",
    "ServiceNotCovered",
    "TooMany",
    "ZonesImported",
    "access_address",
    "access_place",
    "access_zone",
    "address_at",
    "address_remove",
    "address_save",
    "address_search",
    "coverage_check",
    "coverage_of",
    "place_save",
    "places_exported",
    "places_fill",
    "places_import",
    "zone_remove",
    "zone_save",
    "zones_exported",
    "zones_import",
    "zones_table",
]
