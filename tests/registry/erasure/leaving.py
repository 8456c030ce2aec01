"""What a tenant that is to be erased has, how that is asked for, and what is left of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from kernel import clock
from kernel.jobs import defer
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.erasing import erasure_carry_out
from registry.models import (
    Erasure,
)
from tests.support.cast import olga
from tests.support.database import SOME_DAY, admin_connection
from tests.support.ids import global_id
from tests.support.stage import mutate

SHOWN = """id state moves reason dueAt confirmedAt erasedAt cancelledAt
  tenant { slug name state moves } requestedBy { name } confirmedBy { name }
  certificate { content text signature publicKey url }"""
SELECT = f"erasure {{ {SHOWN} }}"


def furnish(tenant: TenantRef) -> None:
    """Two files and a job."""
    for path in ("proofs/1.webp", "papers/deep/2.pdf"):
        default_storage.save(f"{tenant.schema}/{path}", ContentFile(b"12345"))
    with tenant_scope(tenant):
        defer("tests.note", run_at=clock.now() + timedelta(days=1), stream="x")


def request(tenant: TenantRef, reason: str = "Contract ended") -> dict[str, Any]:
    input = {"tenantId": global_id("Tenant", tenant.id), "reason": reason}
    return mutate(olga().api, "erasureRequest", input, SELECT)


def confirm(erasure_id: str, slug: str = "gamma") -> dict[str, Any]:
    input = {"erasureId": erasure_id, "slug": slug}
    return mutate(olga().api, "erasureConfirm", input, SELECT)


def cancel(erasure_id: str) -> dict[str, Any]:
    return mutate(olga().api, "erasureCancel", {"erasureId": erasure_id}, SELECT)


def shown() -> dict[str, Any]:
    """The newest erasure, as an owner reads it."""
    document = f"{{ erasures {{ edges {{ node {{ {SHOWN} }} }} }} }}"
    return olga().api.run(document)["erasures"]["edges"][0]["node"]


def confirmed(tenant: TenantRef) -> UUID:
    """Its erasure, confirmed just now after its waiting period; its job waits."""
    with platform_scope():
        erasure = Erasure.objects.create(
            tenant_id=tenant.id, reason="Contract ended", requested_at=SOME_DAY, due_at=SOME_DAY,
            requested_by_id=olga().owner.account_id, confirmed_at=clock.now(),
            confirmed_by_id=olga().owner.account_id,
        )  # fmt: skip
    return erasure.id


def carry_out(erasure_id: UUID) -> None:
    with platform_scope():
        erasure_carry_out(erasure_id, at=clock.now())


def files(label: str) -> list[str]:
    root = Path(settings.MEDIA_ROOT) / label
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def mentions(word: str) -> set[str]:
    """The tables outside the tenants' schemas that have `word` anywhere in a row."""
    with admin_connection() as admin:
        tables = admin.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'queue')"
        ).fetchall()
        return {
            table
            for schema, table in tables
            if admin.execute(
                f'SELECT 1 FROM "{schema}"."{table}" AS t WHERE t::text ILIKE %s', [f"%{word}%"]
            ).fetchone()
        }
