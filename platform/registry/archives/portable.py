"""A tenant as one file that another installation takes in: rows, files, key, all signed.

What is encrypted in the rows stays as it is, since it is bound to the tenant's key and id, which
both come along: the key under a passphrase, to be wrapped by the other installation's master key.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kernel.crypto import key_open, key_wrap
from kernel.events import Fact, announce
from kernel.ids import new_id
from kernel.refusals import InvalidInput, NotFound
from kernel.tenancy import TenantState
from registry.archives.arrivals import arrived, arriving
from registry.archives.backups import check_has_rows, files_known
from registry.archives.dump import key_check, manifest_made, tenant_dump, tenant_of
from registry.archives.load import rows_load
from registry.archives.locks import archive_lock
from registry.archives.manifest import FileFacts, Manifest
from registry.archives.media import media_put
from registry.archives.passphrase import key_seal, key_unseal
from registry.archives.progress import Progress, silent
from registry.archives.refusals import ArchiveBroken, ArchiveRefused
from registry.archives.shapes import schema_renewed, schema_shaped, script
from registry.archives.signing import own_fingerprint
from registry.archives.store import TABLES, Store, table_file
from registry.archives.tarball import SCRIPT, Archive, tar_written
from registry.audit import owner_action
from registry.hosts import slug_checked
from registry.models import TemplateVersion, Tenant
from registry.provisioning import ONBOARDED
from registry.schemas import new_schema_name


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and by whose fingerprint others know that it is ours."""

    manifest: Manifest
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The tenant, served; the archive that it came out of, and whose signature that has."""

    tenant: Tenant
    manifest: Manifest
    fingerprint: str


def tenant_export(
    *, tenant: Tenant, path: Path, passphrase: str, at: datetime, progress: Progress = silent
) -> Exported:
    """Write the tenant, as it is this moment, into a new file. Platform scope.

    Others read and write as ever meanwhile. Raises `ArchiveRefused` of several kinds, and leaves
    no file then.
    """
    check_has_rows(tenant)
    store, id = Store(tenant.id), new_id()
    key = key_seal(key_open(bytes(tenant.wrapped_key)), passphrase=passphrase, tenant_id=tenant.id)
    with archive_lock(tenant.id):
        tenant = tenant_of(tenant.id)
        try:
            known = files_known(tenant.id)
            dump = tenant_dump(tenant=tenant, store=store, id=id, known=known, progress=progress)
            text = script(dump.rows.migrations).encode()
            manifest = replace(
                manifest_made(id=id, tenant=tenant, dump=dump, at=at),
                key=key,
                script=FileFacts(
                    size=len(text),
                    sha256=hashlib.sha256(text).hexdigest(),
                    changed_at=at.timestamp(),
                ),
            )
            with tar_written(path, manifest) as tar:
                tar.add(SCRIPT, BytesIO(text), len(text))
                for name, table in manifest.tables.items():
                    with (dump.draft / TABLES / table_file(name)).open("rb") as rows:
                        tar.add(f"{TABLES}/{table_file(name)}", rows, table.packed)
                by_content = {file.sha256: file for file in manifest.files.values()}
                for sha256, file in by_content.items():
                    with store.file(file) as content:
                        tar.add(f"files/{sha256}", content, file.size)
        finally:
            store.abandon(id)
    owner_action(
        owner=None,
        action="tenantExport",
        tenant=tenant,
        data={"archive": str(id), "rows": manifest.row_count},
        at=at,
    )
    return Exported(manifest, own_fingerprint())


def tenant_import(
    *,
    path: Path,
    passphrase: str,
    at: datetime,
    slug: str | None = None,
    trusted: frozenset[str] = frozenset(),
    progress: Progress = silent,
) -> Imported:
    """Take in the tenant of an archive, and serve it: on trial, with its own name unless `slug`.

    Everything is checked before anything is made, and what goes wrong leaves nothing behind.
    Platform scope. Raises `ArchiveRefused` of many kinds.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise ArchiveRefused(f"{path}: {error.strerror}") from error
    with file:
        archive = Archive(file, trusted=trusted)
        manifest = archive.manifest
        tenant = _tenant_of(manifest, slug or manifest.tenant.slug, passphrase, at)
        archive.check()
        with archive_lock(tenant.id), arriving(tenant, at=at):
            target = tenant.ref()
            schema_shaped(target, manifest.migrations)
            rows_load(target, manifest, archive.table, progress=progress)
            schema_renewed(target, manifest.migrations)
            for media_path, facts in manifest.files.items():
                with archive.file(facts.sha256) as content:
                    media_put(target.label, media_path, content)
            _serve(tenant, manifest, at)
        arrived(tenant, at=at)
    return Imported(tenant, manifest, archive.signature.fingerprint)


def _tenant_of(manifest: Manifest, slug: str, passphrase: str, at: datetime) -> Tenant:
    """The row that the archive's tenant will have here. Platform scope. Raises `ArchiveRefused`."""
    facts = manifest.tenant
    try:
        slug_checked(slug)
    except InvalidInput as invalid:
        raise ArchiveRefused(f"{slug!a} cannot be a name here: {invalid.reason}") from invalid
    if manifest.key is None:
        raise ArchiveBroken("it has no key: take another file")
    key = key_unseal(manifest.key, passphrase=passphrase, tenant_id=facts.id)
    template = None
    if facts.template is not None:
        template_key, number = facts.template
        versions = TemplateVersion.objects.filter(template__key=template_key, number=number)
        template = versions.first()
    tenant: Tenant = Tenant(
        id=facts.id,
        slug=slug,
        name=facts.name,
        schema_name=new_schema_name(),
        server=settings.SERVERS_FOR_NEW_TENANTS[0],
        template_version=template,
        terms=facts.terms,
        wrapped_key=key_wrap(key),
        created_at=at,
    )
    if key_check(tenant.ref()) != facts.key_check:
        raise ArchiveBroken("its key is not the one that its rows are under: take another file")
    return tenant


def _serve(tenant: Tenant, manifest: Manifest, at: datetime) -> None:
    with transaction.atomic():
        tenant.state = TenantState.TRIAL
        tenant.save(update_fields=["state"])
        _subscribe(tenant, manifest, at)
        tenant.refresh_from_db(fields=["terms"])
        owner_action(
            owner=None,
            action="tenantImport",
            tenant=tenant,
            data={"archive": str(manifest.id), "rows": manifest.row_count},
            at=at,
        )


def _subscribe(tenant: Tenant, manifest: Manifest, at: datetime) -> None:
    """On the plan that it had, where this installation offers that; else on the first it offers."""
    for plan in (manifest.tenant.terms.get("plan", ""), ""):
        data = {"plan": plan, "currency": manifest.tenant.currency}
        try:
            with transaction.atomic():
                announce(Fact(kind=ONBOARDED, subject=tenant.id, at=at, data=data))
        except NotFound:
            if not plan:
                raise
        else:
            return
