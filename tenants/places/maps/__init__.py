"""Where an address lies, and what lies at a position: a port, and the maps behind it."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from tenants.places.maps.port import Found, MapGateway, MapUnavailable

__all__ = ["Found", "MapGateway", "MapUnavailable", "map_gateway"]


def map_gateway() -> MapGateway:
    """The gateway that the settings name."""
    return _gateway(settings.MAP_GATEWAY, settings.MAP_URL, settings.MAP_KEY, settings.MAP_SECONDS)


@lru_cache(maxsize=8)
def _gateway(path: str, url: str, key: str, seconds: float) -> MapGateway:
    gateway: MapGateway = import_string(path)(url=url, key=key, seconds=seconds)
    return gateway
