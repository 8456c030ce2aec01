"""What is announced, for the apps above."""

from typing import Final

ZONES_DRAWN: Final = "zones.drawn"
"""Zones now cover the services `service_ids` (text); whoever knows services refuses unknown ones.
The subject is one of the zones."""
