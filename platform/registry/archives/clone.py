"""A sandbox: a tenant's twin under another name and key, without anybody's personal data in it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from django.db import transaction
from PIL import Image

from kernel.contacts import email_checked
from kernel.crypto import new_wrapped_key
from kernel.events import Fact, announce
from kernel.ids import new_id
from kernel.refusals import InvalidInput
from kernel.tenancy import TenantRef, TenantState, tenant_scope
from registry.archives.arrivals import arrived, arriving
from registry.archives.backups import check_has_rows, files_known
from registry.archives.dump import Dump, manifest_made, tenant_dump, tenant_of
from registry.archives.load import rows_load
from registry.archives.locks import archive_lock
from registry.archives.masking import Masker
from registry.archives.media import media_put
from registry.archives.progress import Progress, part, silent
from registry.archives.refusals import ArchiveRefused
from registry.archives.shapes import is_newest
from registry.archives.store import TABLES, Store, table_file
from registry.audit import owner_action
from registry.hosts import invitation_url, slug_checked, tenant_host
from registry.models import Tenant
from registry.schemas import new_schema_name, schema_create

SANDBOXED: Final = "tenant.sandboxed"
"""Announced under a new sandbox's scope, to whom it is to be opened; data: email, invite_token."""


@dataclass(frozen=True, slots=True)
class Cloned:
    """The sandbox, served, and the link for who was invited to it."""

    tenant: Tenant
    invitation_url: str | None


def tenant_clone(
    *,
    tenant: Tenant,
    slug: str,
    invite: str | None = None,
    at: datetime,
    progress: Progress = silent,
) -> Cloned:
    """Make a sandbox of the tenant as it is this moment, and serve it. Platform scope.

    `invite` is the email of who is to administer it: nobody of the tenant's people can sign in.
    Others read and write as ever meanwhile. Raises `ArchiveRefused` of several kinds, and leaves
    nothing then.
    """
    check_has_rows(tenant)
    try:
        slug_checked(slug)
        invite = email_checked(invite) if invite else None
    except InvalidInput as invalid:
        raise ArchiveRefused(f"{invalid.field}: {invalid.reason}") from invalid
    store, id, token = Store(tenant.id), new_id(), secrets.token_urlsafe(32)
    sandbox = _row(tenant_of(tenant.id), slug, at)
    with archive_lock(tenant.id):
        try:
            known = files_known(tenant.id)
            dump = tenant_dump(
                tenant=tenant,
                store=store,
                id=id,
                known=known,
                progress=part(progress, 0, 0.5),
            )
            _check_release(tenant, dump)
            with archive_lock(sandbox.id), arriving(sandbox, at=at):
                _fill(tenant, sandbox, dump, store, at, part(progress, 0.5, 1))
                if invite:
                    _open(sandbox.ref(), invite, token, at)
                _serve(tenant, sandbox, at)
        finally:
            store.abandon(id)
    arrived(sandbox, at=at)
    return Cloned(sandbox, invitation_url(tenant_host(slug), token) if invite else None)


def _row(tenant: Tenant, slug: str, at: datetime) -> Tenant:
    return Tenant(
        slug=slug,
        name=tenant.name,
        schema_name=new_schema_name(),
        server=tenant.server,
        template_version=tenant.template_version,
        terms=tenant.terms,
        sandbox_of=tenant,
        wrapped_key=new_wrapped_key(),
        created_at=at,
    )


def _check_release(tenant: Tenant, dump: Dump) -> None:
    # The masks are of today's models: rows of another shape might slip past them.
    if not is_newest(dump.rows.migrations):
        raise ArchiveRefused(f"{tenant.slug} is behind this release: fleet migrate first")


def _fill(
    tenant: Tenant,
    sandbox: Tenant,
    dump: Dump,
    store: Store,
    at: datetime,
    progress: Progress,
) -> None:
    """The sandbox's schema, masked rows and files."""
    target = sandbox.ref()
    schema_create(target.schema, target.server)
    masker = Masker(tenant.ref(), target)
    rows_load(
        target,
        manifest_made(id=new_id(), tenant=tenant, dump=dump, at=at),
        lambda name: (dump.draft / TABLES / table_file(name)).open("rb"),
        convert=masker.convert,
        progress=progress,
    )
    for path, facts in dump.files.items():
        if path in masker.pictures:
            with store.file(facts) as content:
                media_put(target.label, path, content)
        else:
            media_put(target.label, path, BytesIO(_stand_in(PurePosixPath(path).suffix)))


def _open(sandbox: TenantRef, email: str, token: str, at: datetime) -> None:
    with tenant_scope(sandbox), transaction.atomic():
        data = {"email": email, "invite_token": token}
        announce(Fact(kind=SANDBOXED, subject=sandbox.id, at=at, data=data))


def _serve(tenant: Tenant, sandbox: Tenant, at: datetime) -> None:
    with transaction.atomic():
        sandbox.state = TenantState.TRIAL
        sandbox.save(update_fields=["state"])
        owner_action(
            owner=None,
            action="tenantClone",
            tenant=tenant,
            data={"sandbox": str(sandbox.id)},
            at=at,
        )


@cache
def _stand_in(suffix: str) -> bytes:
    """A small file of the kind, of which nothing can be learned."""
    if suffix == ".pdf":
        return _EMPTY_PDF
    content = BytesIO()
    Image.new("RGB", (320, 240), "lightgray").save(content, "WEBP")
    return content.getvalue()


_EMPTY_PDF: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
