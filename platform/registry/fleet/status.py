"""Which schema is on which release, by what its own ledger says: a few queries for them all."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import batched
from typing import Any, Final

from django.db import connections
from psycopg import sql

from kernel.tenancy import platform_scope, tenant_scope
from kernel.tenancy.unavailable import Unavailable
from registry.database import OWNER_ALIAS
from registry.fleet import FleetSchema, by_server, nobody, schemas_known, schemas_present
from registry.fleet.releases import Key, on_disk, release, tenant_labels
from registry.models import ReleaseFailure

AT_ONCE: Final = 100
"""Schemas asked for in one statement; planning one takes longer than their number grows."""

_DIGESTS = """
SELECT {schema}, md5(coalesce(
    string_agg(app || '.' || name, ',' ORDER BY app COLLATE "C", name COLLATE "C"), ''
)) FROM {ledger} WHERE app = ANY(ARRAY[{labels}])
"""
_ROWS = "SELECT {schema}, app, name FROM {ledger} WHERE app = ANY(ARRAY[{labels}])"


class Place(StrEnum):
    """Where a schema stands beside the migrations of this code.

    `AHEAD` has some that this code does not know, whatever else it lacks: it is not touched.
    `LOST` cannot be read; why is said beside it.
    """

    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Standing:
    """A schema, where it stands, and what it has (None where that is all, or nothing is known)."""

    of: FleetSchema
    place: Place
    applied: frozenset[Key] | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """What the last release failed with in a schema that is still behind."""

    migration: str
    error: str


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """All schemas, and what failed in those that the last release failed in, by schema."""

    release: str
    standings: Sequence[Standing]
    failures: dict[str, Failure]

    def said(self, standing: Standing) -> str:
        """In one word where a schema stands: its place, or `failed`."""
        failed = standing.of.schema in self.failures or standing.place == Place.LOST
        return "failed" if failed else standing.place.value

    def counts(self, by: str) -> dict[str, Counter[str]]:
        """How many stand where, for each value of `by`: `server` or `state`."""
        found: dict[str, Counter[str]] = {}
        for standing in self.standings:
            group = found.setdefault(getattr(standing.of, by), Counter())
            group[self.said(standing)] += 1
        return found


def fleet_status() -> FleetStatus:
    """Read the register and every ledger."""
    read = standings(schemas_known())
    behind = {standing.of.schema for standing in read if standing.place == Place.BEHIND}
    with platform_scope():
        failures = {
            row.schema_name: Failure(migration=row.migration, error=row.error)
            for row in ReleaseFailure.objects.filter(schema_name__in=behind)
        }
    return FleetStatus(release=release(), standings=read, failures=failures)


def standings(schemas: Iterable[FleetSchema]) -> list[Standing]:
    """Where each schema stands, in the order given."""
    schemas = list(schemas)
    found: dict[str, Standing] = {}
    for server, its in by_server(schemas).items():
        try:
            found |= {standing.of.schema: standing for standing in _on_server(server, its)}
        except Unavailable:
            problem = f"the server {server} does not answer"
            found |= {one.schema: Standing(one, Place.LOST, problem=problem) for one in its}
    return [found[one.schema] for one in schemas]


def _on_server(server: str, schemas: Sequence[FleetSchema]) -> Iterator[Standing]:
    present = schemas_present(server, [one.schema for one in schemas])
    asked = sorted(present)
    with tenant_scope(nobody("t_none", server)):
        digests = dict(_asked(_DIGESTS, asked))
        other = [schema for schema in asked if digests[schema] != release()]
        applied: dict[str, set[Key]] = {schema: set() for schema in other}
        for schema, app, name in _asked(_ROWS, other):
            applied[schema].add((app, name))
    known = on_disk()[1]
    for one in schemas:
        if one.schema not in present:
            yield Standing(one, Place.LOST, problem="it has no schema, or no ledger in it")
        elif one.schema not in applied:
            yield Standing(one, Place.CURRENT)
        else:
            has = frozenset(applied[one.schema])
            yield Standing(one, Place.BEHIND if has <= known else Place.AHEAD, has)


def _asked(question: str, schemas: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The answers of all schemas, many in one statement. The bound scope says on which server."""
    labels = sql.SQL(", ").join(map(sql.Literal, sorted(tenant_labels())))
    with connections[OWNER_ALIAS].cursor() as cursor:
        for some in batched(schemas, AT_ONCE):
            cursor.execute(
                sql.SQL(" UNION ALL ").join(
                    sql.SQL(question).format(
                        schema=sql.Literal(schema),
                        ledger=sql.Identifier(schema, "django_migrations"),
                        labels=labels,
                    )
                    for schema in some
                )
            )
            yield from cursor.fetchall()
