"""The tree of places as a table (CSV or XLSX), in and out.

Columns: `kind`, `name` in the operator's language, `name:en` and the like in others, `within` (the
names of what it lies in, from the top, joined by ` > `), `latitude`, `longitude` (a floor's and a
room's may be blank: where its building is), `hours` as in `hours_text`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn
from uuid import UUID

from django.conf import settings
from django.db import transaction

from kernel.files import FileTooLarge, Upload
from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput
from kernel.tables import TableBroken, TableFormat, TableRow, table_read, table_text
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.places.geometry import position_checked
from tenants.places.hours import Hours
from tenants.places.hours_text import hours_read, hours_written
from tenants.places.models import Place
from tenants.places.selectors import places_known
from tenants.places.services.limits import NAME_LENGTH, tag_cased
from tenants.places.services.tree import LOCK, MAX_DEPTH, check_room_for
from tenants.places.states import MAY_LIE_IN

MAX_ROWS: Final = 10_000
MAX_TOLD: Final = 100
"""Of the places that are new, and of those that change, so many are told one by one."""
JOINT: Final = " > "
COLUMNS: Final = ("kind", "name", "within", "latitude", "longitude", "hours")
_CHANGING: Final = ("name", "latitude", "longitude", "hours")


@dataclass(slots=True)
class PlacesImported:
    """What the table changes, or has changed; `same` counts what is already as it says."""

    added: list[Place] = field(default_factory=list)
    changed: list[Place] = field(default_factory=list)
    same: int = 0


def places_exported(*, actor: Actor, format: TableFormat = TableFormat.CSV) -> str:
    """Every place in use as a table that can be imported again, what lies outside before what lies
    in it. Two queries."""
    actor.require(Right.PLACES_MANAGE)
    language, places = brand_language(), list(places_known())
    by_id = {place.id: place for place in places}
    others = sorted({tag for place in places for tag in place.name} - {language})

    def path(place: Place) -> list[str]:
        outer = by_id.get(place.parent_id) if place.parent_id else None
        return [*(path(outer) if outer else []), place.name.get(language, "")]

    rows = sorted(((path(place), place) for place in places), key=lambda pair: len(pair[0]))
    columns = ["kind", "name", *(f"name:{tag}" for tag in others), *COLUMNS[2:]]
    return table_text(format, columns, (_row(place, names) for names, place in rows))


def _row(place: Place, names: list[str]) -> Mapping[str, str]:
    return {
        "kind": place.kind,
        **{f"name:{tag}": text for tag, text in place.name.items()},
        "name": names[-1],
        "within": JOINT.join(names[:-1]),
        "latitude": repr(place.latitude),
        "longitude": repr(place.longitude),
        "hours": hours_written(Hours.parse(place.hours)) if place.hours else "",
    }


@transaction.atomic
def places_import(*, actor: Actor, upload: Upload, dry_run: bool) -> PlacesImported:
    """Add and change the places of a table, all or none; of a `dry_run` it is only told.

    A row is the place of that kind and name that lies in the same place, or else a new one. What
    the table has no column for, and what is blank, stays as it is; dates that have hours of their
    own stay too. Nothing is taken out of use. Raises `FileTooLarge`, `TooMany`, and `TableBroken`
    with the row and the column. Six queries.
    """
    actor.require(Right.PLACES_MANAGE)
    limit: int = settings.UPLOAD_MAX_BYTES
    if upload.size is None or upload.size > limit:
        raise FileTooLarge(max_bytes=limit)
    rows = table_read(upload.read(), max_rows=MAX_ROWS)
    transaction_lock(LOCK)
    language = brand_language()
    tree, done = _Tree(places_known(), language), PlacesImported()
    _check_columns(rows)
    for row in rows:
        _plan_row(done, tree, row, language)
    check_room_for(len(done.added))
    if not dry_run:
        Place.objects.bulk_create(done.added)
        # One statement; a bulk_update of thousands would be a CASE of as many branches.
        Place.objects.bulk_create(
            done.changed, update_conflicts=True, unique_fields=["id"], update_fields=_CHANGING
        )
    return done


class _Tree:
    """The places there are and those to be, by what they lie in and by their paths."""

    def __init__(self, places: Iterable[Place], language: str) -> None:
        self.language = language
        self.known: dict[tuple[UUID | None, str, str], list[Place]] = {}
        self.rows: dict[UUID, int] = {}
        self._by_path: dict[str, list[Place]] = {}
        self._names: dict[UUID, list[str]] = {}
        by_id = {place.id: place for place in places}
        for place in by_id.values():
            self._put_under(place, by_id)

    def put(self, place: Place) -> None:
        """Add a place, after the one that it lies in."""
        name = place.name.get(self.language, "")
        outer = self._names.get(place.parent_id, []) if place.parent_id else []
        self._names[place.id] = [*outer, name]
        self.known.setdefault((place.parent_id, place.kind, name), []).append(place)
        # By the whole path: a name may have the joint in it.
        self._by_path.setdefault(JOINT.join(self._names[place.id]), []).append(place)

    def at(self, within: str, row: TableRow) -> tuple[Place | None, int]:
        """The place at the end of a path, and how many there are on it."""
        if not within:
            return None, 0
        found = self._by_path.get(within, [])
        if len(found) != 1:
            there = f"{len(found)} places" if found else "no place"
            _broken(row, "within", f"{there} {within[:200]!r}, in the rows above or before them")
        return found[0], len(self._names[found[0].id])

    def _put_under(self, place: Place, by_id: Mapping[UUID, Place]) -> None:
        if place.id not in self._names:
            outer = by_id.get(place.parent_id) if place.parent_id else None
            if outer is not None:
                self._put_under(outer, by_id)
            self.put(place)


def _plan_row(done: PlacesImported, tree: _Tree, row: TableRow, language: str) -> None:
    kind = row.cells["kind"].casefold()
    if kind not in Place.Kind:
        _broken(row, "kind", "one of " + ", ".join(Place.Kind))
    outer, depth = tree.at(row.cells.get("within", ""), row)
    if (outer.kind if outer else None) not in MAY_LIE_IN[kind]:
        _broken(row, "within", f"a {kind} cannot lie {f'in a {outer.kind}' if outer else 'alone'}")
    if depth >= MAX_DEPTH:
        _broken(row, "within", f"places nest at most {MAX_DEPTH} deep")
    names = _names(row, language)
    same = tree.known.get((outer.id if outer else None, kind, names.get(language, "")), [])
    if len(same) > 1:
        _broken(row, "name", f"there are {len(same)} of this name")
    place = same[0] if same else Place(kind=kind, parent=outer)
    if place.id in tree.rows:
        _broken(row, "name", f"row {tree.rows[place.id]} says it already")
    tree.rows[place.id] = row.number
    before = [getattr(place, column) for column in _CHANGING]
    _fill(place, names, row, language)
    if not same:
        done.added.append(place)
        tree.put(place)
    elif before == [getattr(place, column) for column in _CHANGING]:
        done.same += 1
    else:
        done.changed.append(place)


def _fill(place: Place, names: dict[str, str], row: TableRow, language: str) -> None:
    """Set what a row says. Raises `TableBroken`."""
    column = "name"
    try:
        place.name = texts_checked(
            {**(place.name or {}), **names}, field="", max_length=NAME_LENGTH, language=language
        )
        column = "latitude"
        _place_at(place, row)
        column = "hours"
        if row.cells.get("hours"):
            week = hours_read(row.cells["hours"], field="").week
            kept = Hours.parse(place.hours).exceptions if place.hours else {}
            place.hours = Hours(week=week, exceptions=kept).serialise()
    except InvalidInput as invalid:
        _broken(row, column, invalid.reason)


def _place_at(place: Place, row: TableRow) -> None:
    given = {name: row.cells.get(name, "") for name in ("latitude", "longitude")}
    if not any(given.values()):
        if place.latitude is None and place.parent is None:
            _broken(row, "latitude", "where it is must be said")
        if place.latitude is None and place.parent is not None:
            place.latitude, place.longitude = place.parent.latitude, place.parent.longitude
        return
    degrees: dict[str, float] = {}
    for name, text in given.items():
        try:
            degrees[name] = float(text)
        except ValueError:
            _broken(row, name, f"{text[:20]!r} is no number of degrees")
    position = position_checked(**degrees, field="")
    place.latitude, place.longitude = position.latitude, position.longitude


def _names(row: TableRow, language: str) -> dict[str, str]:
    """By language; what is blank is not said."""
    names = {
        tag_cased(column.removeprefix("name:")): text
        for column, text in row.cells.items()
        if column.startswith("name:") and text
    }
    return {**names, **({language: row.cells["name"]} if row.cells["name"] else {})}


def _check_columns(rows: list[TableRow]) -> None:
    if not rows:
        raise TableBroken(1, "", "there are no rows")
    columns = rows[0].cells
    for column in ("kind", "name"):
        if column not in columns:
            raise TableBroken(1, column, "this column is missing")
    for column in columns:
        if column not in COLUMNS and not column.startswith("name:"):
            raise TableBroken(1, column[:40], "no such column; there are " + ", ".join(COLUMNS))


def _broken(row: TableRow, column: str, reason: str) -> NoReturn:
    raise TableBroken(row.number, column, reason)
