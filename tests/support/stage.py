"""The people of a day's work on stage, what they ask for, and whether anything has changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.rights import COURIER, CUSTOMER, DISPATCHER, FINANCE
from tenants.couriers.models import Courier
from tests.support.cast import Member, cast
from tests.support.database import admin_connection
from tests.support.factories_orders import CourierFactory
from tests.support.graphql import Api


@dataclass(frozen=True)
class Stage:
    """The cast of one tenant with a few extras; tomas and rita are approved couriers."""

    tenant: TenantRef
    maya: Member
    noor: Member
    tomas: Member
    rita: Member
    ines: Member
    dora: Member
    finn: Member
    courier: Courier
    other: Courier


def stage(tenant: TenantRef, *, on_duty: bool = False) -> Stage:
    """Customers maya and noor, couriers tomas and rita, ines; dora dispatches, finn keeps books."""
    people = cast(tenant)
    tomas = people.tomas
    rita = people.person(11, "Rita", COURIER, CUSTOMER, phone="+8613800138011")
    with tenant_scope(tenant):
        courier = CourierFactory(person_id=tomas.id, display_name="Tomas B.", on_duty=on_duty)
        other = CourierFactory(person_id=rita.id, display_name="Rita K.", on_duty=on_duty)
    return Stage(
        tenant=tenant,
        maya=people.maya,
        noor=people.person(12, "Noor", CUSTOMER, phone="+8613800138012"),
        tomas=tomas,
        rita=rita,
        ines=people.ines,
        dora=people.person(13, "Dora", DISPATCHER, email="dora@example.test"),
        finn=people.person(14, "Finn", FINANCE, email="finn@example.test"),
        courier=courier,
        other=other,
    )


def mutation(name: str, select: str = "__typename") -> str:
    """The document of the mutation `name`, whose success answers `select`."""
    title = name[0].upper() + name[1:]
    members = f"__typename ... on {title}Success {{ {select} }} ... on UserError {{ code message }}"
    return f"mutation($input: {title}Input!) {{ result: {name}(input: $input) {{ {members} }} }}"


def mutate(
    api: Api,
    name: str,
    input: dict[str, Any],
    select: str = "__typename",
    *,
    language: str | None = None,
    **files: SimpleUploadedFile,
) -> Any:
    """What the mutation answers; files by their name in the input. `code` is that of a refusal.
    What is sent with files is answered in this `language`, otherwise in the operator's.

    Raises `Refused` for a top-level error.
    """
    document, variables = mutation(name, select), {"input": input}
    if files:
        variables = {"input": {**input, **dict.fromkeys(files)}}
        paths = {f"input.{path}": file for path, file in files.items()}
        return api.upload(document, variables, paths, language=language)["result"]
    return api.run(document, variables)["result"]


@contextmanager
def nothing_changes(tenant: TenantRef) -> Iterator[None]:
    """Raises unless every row of the business is afterwards as it was before.

    Attempts and the security log are kept whatever becomes of what was tried.
    """
    before = rows(tenant)
    yield
    assert rows(tenant) == before


def rows(tenant: TenantRef) -> dict[str, Any]:
    """A digest of each table of the tenant but for the attempts and the security log."""
    kept = ("access_attempt", "access_securityevent", "django_migrations")
    with admin_connection() as admin:
        tables = admin.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [tenant.schema]
        ).fetchall()
        digests = {
            table: admin.execute(
                "SELECT count(*), sum(hashtextextended(t::text, 0))"
                f' FROM "{tenant.schema}"."{table}" AS t'
            ).fetchone()
            for (table,) in tables
            if table not in kept
        }
        jobs = admin.execute("SELECT count(*) FROM queue.procrastinate_jobs").fetchone()
    return {**digests, "jobs": jobs}
