"""The zones as a GeoJSON file, out and in; a table is taken as well (`zone_tables`).

A feature is one zone. Its properties: `name` in the operator's language, `name:en` and the like in
others (as OpenStreetMap writes them, so that map programs keep them), `priority`, `services`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NoReturn
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction

from kernel.files import FileTooLarge, Upload
from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.places.geometry import Position
from tenants.places.models import Zone
from tenants.places.polygons import check_not_swapped, polygon_checked
from tenants.places.selectors import positions_known, zones_active
from tenants.places.services.limits import NAME_LENGTH, TooMany
from tenants.places.services.zone_tables import features_read, in_table, is_table
from tenants.places.services.zones import MAX_ZONES, priority_checked, services_check

MAX_FEATURES: Final = 1_000
_BOM: Final = b"\xef\xbb\xbf"
_WGS_84: Final = ("CRS84", "EPSG::4326", "EPSG:4326")
"""How the name of a coordinate system ends that this is, for files older than RFC 7946."""

_COLUMNS: Final = ("name", "polygon", "priority", "services")


@dataclass(slots=True)
class ZonesImported:
    """What the file changes, or has changed; `same` counts what is already as it says."""

    added: list[Zone] = field(default_factory=list)
    changed: list[Zone] = field(default_factory=list)
    removed: list[Zone] = field(default_factory=list)
    same: int = 0


def zones_exported(*, actor: Actor) -> dict[str, Any]:
    """Every zone in use as a FeatureCollection that can be imported again."""
    actor.require(Right.PLACES_MANAGE)
    language = brand_language()
    return {
        "type": "FeatureCollection",
        "features": [_feature(zone, language) for zone in zones_active()],
    }


@transaction.atomic
def zones_import(
    *, actor: Actor, upload: Upload, remove_others: bool, dry_run: bool, at: datetime
) -> ZonesImported:
    """Draw the zones of a file, all or none; of a `dry_run` only what it would change is told.

    A feature is the zone whose key is its `id` (or the property of that name), or else the one of
    the same name in the operator's language, or else a new one. What a feature does not say of a
    zone stays as it is. With `remove_others` zones that are not in the file are removed.
    Raises `FileTooLarge`, `TooMany`, and `InvalidInput` whose field says where in the file; of a
    table, which is taken as well, `TableBroken`.
    """
    actor.require(Right.PLACES_MANAGE)
    content = _content(upload)
    if is_table(content):
        rows, numbers = features_read(content)
        with in_table(numbers):
            return _import(rows, remove_others=remove_others, dry_run=dry_run, at=at)
    return _import(_features(content), remove_others=remove_others, dry_run=dry_run, at=at)


def _import(
    features: list[Any], *, remove_others: bool, dry_run: bool, at: datetime
) -> ZonesImported:
    transaction_lock("zones")
    zones = list(zones_active().select_for_update())
    language, around = brand_language(), positions_known()
    plan, found = ZonesImported(), _Known(zones, language)
    for number, feature in enumerate(features):
        _plan_feature(plan, found, feature, f"features.{number}", language, around)
    drawn = plan.added + plan.changed
    _check_services(found, drawn, at=at)
    if remove_others:
        plan.removed = [zone for zone in zones if zone.id not in found.taken]
    if len(zones) + len(plan.added) - len(plan.removed) > MAX_ZONES:
        raise TooMany(limit=MAX_ZONES)
    if not dry_run:
        Zone.objects.bulk_create(plan.added)
        Zone.objects.bulk_create(
            plan.changed, update_conflicts=True, unique_fields=["id"], update_fields=_COLUMNS
        )
        gone = [zone.id for zone in plan.removed]
        Zone.objects.filter(id__in=gone).update(active=False)
    return plan


class _Known:
    """The zones there are, by key and by name, and those that a feature has been found for."""

    def __init__(self, zones: Iterable[Zone], language: str) -> None:
        self.by_id: dict[str, Zone] = {}
        self.by_name: dict[str, list[Zone]] = {}
        self.taken: dict[UUID, str] = {}
        self.new_names: dict[str, str] = {}
        for zone in zones:
            self.by_id[str(zone.id)] = zone
            self.by_name.setdefault(zone.name.get(language, ""), []).append(zone)

    def zone_for(self, key: Any, name: str | None, path: str) -> Zone | None:
        """The zone that a feature is of; None for a new one. Raises `InvalidInput`."""
        zone = self.by_id.get(key) if isinstance(key, str) else None
        if zone is None and name is not None:
            named = self.by_name.get(name, [])
            if len(named) > 1:
                raise InvalidInput(field=path, reason=f"{len(named)} zones have this name: say ids")
            zone = named[0] if named else None
        if zone is not None:
            if zone.id in self.taken:
                _invalid(path, f"this is the zone of {self.taken[zone.id]} again")
            self.taken[zone.id] = path
        return zone


def _plan_feature(
    plan: ZonesImported,
    known: _Known,
    feature: Any,
    path: str,
    language: str,
    around: list[Position],
) -> None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        _invalid(path, 'a GeoJSON object with "type": "Feature" is expected')
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        _invalid(f"{path}.properties", "an object is expected")
    names = _names(properties, path, language)
    polygon = polygon_checked(feature.get("geometry"), field=f"{path}.geometry")
    key = feature.get("id", properties.get("id"))
    zone = known.zone_for(key, names.get(language), path)
    is_new = zone is None
    if zone is None:
        zone = Zone()
        name = names.get(language, "")
        if name in known.new_names:
            _invalid(path, f"{known.new_names[name]} has the same name")
        known.new_names[name] = known.taken[zone.id] = path
    before = [getattr(zone, column) for column in _COLUMNS]
    zone.name = texts_checked(
        {**zone.name, **names} if not is_new else names,
        field=f"{path}.properties.name",
        max_length=NAME_LENGTH,
        language=language,
    )
    zone.polygon = polygon
    check_not_swapped(polygon, around, field=f"{path}.geometry")
    if properties.get("priority") is not None:
        zone.priority = _priority(properties["priority"], f"{path}.properties.priority")
    if properties.get("services") is not None:
        zone.services = _services(properties["services"], f"{path}.properties.services")
    if is_new:
        plan.added.append(zone)
    elif before == [getattr(zone, column) for column in _COLUMNS]:
        plan.same += 1
    else:
        plan.changed.append(zone)


def _content(upload: Upload) -> bytes:
    limit: int = settings.UPLOAD_MAX_BYTES
    if upload.size is None or upload.size > limit:
        raise FileTooLarge(max_bytes=limit)
    content: bytes = upload.read()
    return content.removeprefix(_BOM)


def _features(content: bytes) -> list[Any]:
    try:
        collection = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidInput(field="file", reason=f"this is no JSON ({where})") from None
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        _invalid("file", 'a GeoJSON object with "type": "FeatureCollection" is expected')
    _check_system(collection.get("crs"))
    features = collection.get("features")
    if not isinstance(features, list) or not features:
        _invalid("features", "a list of features is expected, and not an empty one")
    if len(features) > MAX_FEATURES:
        _invalid("features", f"at most {MAX_FEATURES}")
    return features


def _check_system(crs: Any) -> None:
    """Older files may be in another coordinate system, and say so."""
    if crs is None:
        return
    name = crs.get("properties") if isinstance(crs, dict) else None
    name = name.get("name") if isinstance(name, dict) else None
    if not isinstance(name, str) or not name.endswith(_WGS_84):
        _invalid("crs", "the coordinates must be WGS 84 (EPSG:4326)")


def _names(properties: Mapping[str, Any], path: str, language: str) -> dict[str, str]:
    """By language; what is blank is not said."""
    names: dict[str, str] = {}
    for key, value in properties.items():
        tag = language if key == "name" else key.removeprefix("name:")
        if key != "name" and tag == key:
            continue
        if value is not None and not isinstance(value, str):
            _invalid(f"{path}.properties.{key[:20]}", "a text is expected")
        if value and value.strip() and (key == "name" or tag not in names):
            names[tag] = value.strip()
    return names


def _priority(value: Any, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        _invalid(path, "a whole number is expected")
    return priority_checked(value, field=path)


def _services(value: Any, path: str) -> list[str]:
    """Keys of services; map programs write a list as its JSON."""
    try:
        keys = orjson.loads(value) if isinstance(value, str) else value
        if not isinstance(keys, list):
            raise TypeError
        return sorted({str(UUID(key)) for key in keys})
    except (ValueError, TypeError, AttributeError):
        raise InvalidInput(field=path, reason="a list of services' ids is expected") from None


def _check_services(known: _Known, zones: list[Zone], *, at: datetime) -> None:
    """One question for all of them; only when a service is unknown, one for each until it is found.

    Raises `InvalidInput` for the first feature that names one.
    """
    try:
        services_check(zones, at=at)
    except NotFound:
        wrong = next(zone for zone in zones if _names_unknown(zone, at))
        path = known.taken[wrong.id]
        raise InvalidInput(
            field=f"{path}.properties.services", reason="there is no such service"
        ) from None


def _names_unknown(zone: Zone, at: datetime) -> bool:
    try:
        services_check([zone], at=at)
    except NotFound:
        return True
    return False


def _feature(zone: Zone, language: str) -> dict[str, Any]:
    others = {f"name:{tag}": text for tag, text in zone.name.items() if tag != language}
    return {
        "type": "Feature",
        "id": str(zone.id),
        "properties": {
            "name": zone.name.get(language, ""),
            **others,
            "priority": zone.priority,
            "services": zone.services,
        },
        "geometry": zone.polygon,
    }


def _invalid(field: str, reason: str) -> NoReturn:
    raise InvalidInput(field=field, reason=reason)
