"""Zones and places out of files."""

from collections.abc import Sequence
from typing import Any, cast

import strawberry
from strawberry.file_uploads import Upload

from kernel import clock, files
from kernel.tables import TableBroken
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.rights import actor_of
from schema.core.texts import read_text
from schema.places.types import PlaceKind, Zone
from tenants.access.rights import Right
from tenants.places import services


@strawberry.input(description="A file of zones.")
class ZonesImportInput:
    """The file, and how far it goes."""

    file: Upload = strawberry.field(
        description="A GeoJSON FeatureCollection in UTF-8, each feature a Polygon or a"
        " MultiPolygon. Properties: name (in the operator's language), name:en and the like,"
        " priority, services (a list of ids); id names the zone, or else its name does."
        " Or a table as zonesTable writes it, CSV or XLSX."
    )
    remove_others: bool = strawberry.field(
        default=False, description="Whether zones that are not in the file are removed."
    )
    dry_run: bool = strawberry.field(
        default=False, description="Only say what would change; nothing does."
    )


@strawberry.type(description="What the file changes, or has changed.")
class ZonesImportSuccess:
    """All of it, or, of a dry run, none yet."""

    added: list[Zone] = strawberry.field(description="New zones.")
    changed: list[Zone] = strawberry.field(description="As the file has them.")
    removed: list[Zone] = strawberry.field(description="Those that are not in the file.")
    same: int = strawberry.field(description="How many are already as the file says.")


@strawberry.input(description="A table of places.")
class PlacesImportInput:
    """The file, and how far it goes."""

    file: Upload = strawberry.field(
        description="CSV (UTF-8 or GB18030) or XLSX, at most 10,000 rows. Columns: kind, name,"
        " name:en and the like, within (the names of what it lies in, from the top, joined by"
        ' " > "), latitude, longitude, hours ("mon-fri 08:00-20:00; sat 18:00-01:00").'
    )
    dry_run: bool = strawberry.field(
        default=False, description="Only say what would change; nothing does."
    )


@strawberry.type(description="A place that a table adds or changes.")
class PlaceImported:
    """As the table has it."""

    kind: PlaceKind = strawberry.field(description="What it is.")
    name: str = strawberry.field(description="What it is called.")
    latitude: float = strawberry.field(description="WGS-84 degrees.")
    longitude: float = strawberry.field(description="WGS-84 degrees.")


@strawberry.type(description="What the table changes, or has changed.")
class PlacesImportSuccess:
    """All of it, or, of a dry run, none yet."""

    added: int = strawberry.field(description="How many places are new.")
    changed: int = strawberry.field(description="How many change.")
    same: int = strawberry.field(description="How many are already as the table says.")
    some_added: list[PlaceImported] = strawberry.field(description="The first 100 new ones.")
    some_changed: list[PlaceImported] = strawberry.field(
        description="The first 100 that change, as they will be."
    )


def _told(places: Sequence[Any], info: Info) -> list[PlaceImported]:
    return [
        PlaceImported(
            kind=PlaceKind(place.kind),
            name=read_text(place.name, info),
            latitude=place.latitude,
            longitude=place.longitude,
        )
        for place in places[: services.MAX_TOLD]
    ]


@strawberry.type
class PlacesImportMutations:
    """Root mutations that take files."""

    @mutation(
        right=Right.PLACES_MANAGE, refusals=[services.TooMany, files.FileTooLarge, TableBroken]
    )
    def zones_import(self, info: Info, input: ZonesImportInput) -> ZonesImportSuccess:
        """Draw the zones of a file, all or none. What is wrong is said with its feature."""
        done = services.zones_import(
            actor=actor_of(info.context),
            upload=cast(files.Upload, input.file),
            remove_others=input.remove_others,
            dry_run=input.dry_run,
            at=clock.now(),
        )
        return ZonesImportSuccess(
            added=cast(list[Zone], done.added),
            changed=cast(list[Zone], done.changed),
            removed=cast(list[Zone], done.removed),
            same=done.same,
        )

    @mutation(
        right=Right.PLACES_MANAGE, refusals=[services.TooMany, files.FileTooLarge, TableBroken]
    )
    def places_import(self, info: Info, input: PlacesImportInput) -> PlacesImportSuccess:
        """Add and change the places of a table, all or none. What is wrong is said with its row."""
        done = services.places_import(
            actor=actor_of(info.context),
            upload=cast(files.Upload, input.file),
            dry_run=input.dry_run,
        )
        return PlacesImportSuccess(
            added=len(done.added),
            changed=len(done.changed),
            same=done.same,
            some_added=_told(done.added, info),
            some_changed=_told(done.changed, info),
        )
