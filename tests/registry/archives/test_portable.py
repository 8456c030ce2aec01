"""An archive: out of one installation, into another, and nothing that has been tampered with."""

import base64
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

import psycopg
import pytest
from django.conf import settings as django_settings
from psycopg import sql

from kernel.crypto import decrypt, key_open
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.archives.arrivals import AlreadyHere
from registry.archives.manifest import FormatUnknown
from registry.archives.passphrase import PassphraseTooShort, WrongPassphrase
from registry.archives.portable import Imported, tenant_export, tenant_import
from registry.archives.refusals import ArchiveBroken, ArchiveRefused
from registry.archives.signing import UnknownSigner, own_fingerprint, sign
from registry.database import database_prepare
from registry.models import Domain, Tenant
from tenants.access.models import Person
from tests.registry.archives.business import PASSPHRASE, Business, files_of, sums
from tests.registry.conftest import catalog
from tests.support.database import SOME_DAY
from tests.support.processes import manage
from tests.support.servers import PASSWORD

ELSEWHERE_KEY = base64.urlsafe_b64encode(b"e" * 32).decode()


def bring(path: Path, **how) -> Imported:
    with platform_scope():
        return tenant_import(path=path, **{"passphrase": PASSPHRASE, "at": SOME_DAY, **how})


def test_it_is_one_plain_file_with_no_secret_in_it(shop: Business, archive: Path, row: Tenant):
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        content = b"".join(tar.extractfile(name).read() for name in names[:3])
    assert names[:3] == ["manifest.json", "signature.json", "schema.sql"]
    assert sorted(path.name for path in archive.parent.iterdir()) == [archive.name]
    assert archive.stat().st_mode & 0o077 == 0
    key = key_open(bytes(row.wrapped_key))
    for secret in (key, key.hex().encode(), bytes(row.wrapped_key), PASSPHRASE.encode()):
        assert secret not in content
    assert b'CREATE TABLE "orders_order"' in content
    assert not any(path.name.endswith(".partial") for path in _store(row).iterdir())


def _store(row: Tenant) -> Path:
    return Path(django_settings.BACKUP_ROOT, str(row.id))


def test_it_comes_back_whole(shop: Business, forgotten: Path, row: Tenant):
    before, files = sums(shop.tenant), files_of(shop.tenant)
    imported = bring(forgotten, slug="gamma")
    tenant = imported.tenant.ref()
    assert (tenant.id, tenant.slug, tenant.state) == (row.id, "gamma", TenantState.TRIAL)
    assert tenant.schema != shop.tenant.schema
    assert sums(tenant) == before
    assert files_of(tenant) == files
    assert bytes(imported.tenant.wrapped_key) != bytes(row.wrapped_key)
    with tenant_scope(tenant):
        assert Person.objects.get(id=shop.people.maya.id).name == "alpha-Maya"
    with platform_scope():
        domain = Domain.objects.get(tenant_id=tenant.id)
        assert (domain.domain, domain.is_primary) == ("gamma.localhost", True)
        assert Tenant.objects.get(id=tenant.id).terms["plan"]
    assert imported.fingerprint == own_fingerprint()


def _flip(at: Callable[[bytes], int]) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[at(content)] ^= 1
        return bytes(changed)

    return change


def _within(words: bytes) -> Callable[[bytes], bytes]:
    return _flip(lambda content: content.index(words) + 1)


def _member(name: str, offset: int) -> Callable[[bytes], bytes]:
    def at(content: bytes) -> int:
        with tarfile.open(fileobj=BytesIO(content)) as tar:
            member = next(m for m in tar.getmembers() if m.name.startswith(name))
            return member.offset_data + offset % member.size

    return _flip(at)


def _remade(change: Callable[[tarfile.TarInfo, bytes], tuple | None]) -> Callable[[bytes], bytes]:
    """The archive with its members changed, left out, or added to, its signature as it was."""

    def remake(content: bytes) -> bytes:
        made = BytesIO()
        with (
            tarfile.open(fileobj=BytesIO(content)) as old,
            tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT) as new,
        ):
            for member in old.getmembers():
                kept = change(member, old.extractfile(member).read())
                for info, data in kept or ():
                    new.addfile(info, BytesIO(data))
        return made.getvalue()

    return remake


def _named(name: str, **facts) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for fact, value in facts.items():
        setattr(info, fact, value)
    return info


def _without(name: str) -> Callable[[bytes], bytes]:
    return _remade(lambda m, data: None if m.name.startswith(name) else [(m, data)])


def _with(info: tarfile.TarInfo, data: bytes = b"") -> Callable[[bytes], bytes]:
    def after_tables(member: tarfile.TarInfo, content: bytes) -> list:
        extra = [(info, data)] if member.name == "schema.sql" else []
        return [(member, content), *extra]

    return _remade(after_tables)


def _signed(change: Callable[[dict], None]) -> Callable[[bytes], bytes]:
    """Signed by us, and not what we would ever write: whoever has the key may be mistaken."""

    def resign(content: bytes) -> bytes:
        manifest: dict = {}

        def member(info: tarfile.TarInfo, data: bytes) -> list:
            if info.name == "manifest.json":
                manifest.update(json.loads(data))
                change(manifest)
                data = json.dumps(manifest).encode()
            elif info.name == "signature.json":
                data = sign(json.dumps(manifest).encode()).dump()
            info.size = len(data)
            return [(info, data)]

        return _remade(member)(content)

    return resign


def _set(*path: str, value: object) -> Callable[[dict], None]:
    def change(manifest: dict) -> None:
        inner = manifest
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value

    return change


def _rename(part: str, name: str) -> Callable[[dict], None]:
    def change(manifest: dict) -> None:
        _, facts = manifest[part].popitem()
        manifest[part][name] = facts

    return change


TAMPERED = {
    "manifest": _member("manifest.json", 100),
    "signature": _member("signature.json", 30),
    "script": _member("schema.sql", 50),
    "table": _member("tables/orders_order", 12),
    "last byte of a table": _member("tables/orders_order", -1),
    "media": _member("files/", 5),
    "header": _within(b"ustar"),
    "cut short": lambda content: content[: len(content) // 2],
    "not a tar": lambda content: b"x" * 5000,
    "empty": lambda content: b"",
    "lacks a table": _without("tables/orders_order"),
    "lacks its media": _without("files/"),
    "lacks its signature": _without("signature.json"),
    "one too many": _with(_named("tables/evil.copy.gz")),
    "twice": _with(_named("schema.sql")),
    "a way out": _with(_named("../../evil", size=4), b"evil"),
    "a way out from the root": _with(_named("/tmp/evil", size=4), b"evil"),  # noqa: S108
    "a link": _with(_named("files/link", type=tarfile.SYMTYPE, linkname="/etc/passwd")),
    "a hard link": _with(_named("files/link", type=tarfile.LNKTYPE, linkname="schema.sql")),
    "a device": _with(_named("files/null", type=tarfile.CHRTYPE)),
    "an extension": _with(_named("x" * 300)),
    "signed, media that leads out": _signed(_rename("files", "../../evil.webp")),
    "signed, media at the root": _signed(_rename("files", "/etc/evil.webp")),
    "signed, a table that leads out": _signed(_rename("tables", "../evil")),
    "signed, a table of another name": _signed(_rename("tables", "evil")),
    "signed, other columns": _signed(_set("tables", "orders_item", "columns", value=["id"])),
    "signed, other rows": _signed(_set("tables", "orders_item", "rows", value=99)),
    "signed, a smaller size": _signed(_set("tables", "orders_item", "size", value=1)),
    "signed, a later format": _signed(_set("format", value=2)),
    "signed, no key": _signed(_set("key", value=None)),
    "signed, another key": _signed(_set("tenant", "key_check", value="00")),
    "signed, a key that takes a year": _signed(_set("key", "n", value=2**40)),
    "signed, no script": _signed(_set("script", value=None)),
    "signed, a name that is reserved": _signed(_set("tenant", "slug", value="admin")),
    "signed, a migration of tomorrow": _signed(_set("migrations", value=[["journal", "9999"]])),
    "signed, nonsense": _signed(_set("tables", value=[1, 2])),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_what_was_tampered_with_leaves_nothing(
    shop: Business, forgotten: Path, before: set[str], how: str
):
    forgotten.write_bytes(TAMPERED[how](forgotten.read_bytes()))
    media = sorted(Path(django_settings.MEDIA_ROOT).rglob("*"))
    with pytest.raises(ArchiveRefused) as refused:
        bring(forgotten)
    assert refused.type in (ArchiveBroken, FormatUnknown) or how.startswith("signed")
    assert catalog() == before
    assert sorted(Path(django_settings.MEDIA_ROOT).rglob("*")) == media
    with platform_scope():
        assert not Tenant.objects.filter(id=shop.tenant.id).exists()
    assert not Path("/tmp/evil").exists()  # noqa: S108
    assert not list(forgotten.parent.parent.glob("evil*"))


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"passphrase": "correct horse batterx"}, WrongPassphrase),
        ({"passphrase": ""}, WrongPassphrase),
        ({"slug": "beta"}, ArchiveRefused),
        ({"slug": "Not A Name"}, ArchiveRefused),
        ({"path": Path("/nowhere")}, ArchiveRefused),
    ],
)
def test_what_is_asked_for_wrongly_leaves_nothing(
    shop: Business, forgotten: Path, before: set[str], how: dict, refusal: type[Exception]
):
    with pytest.raises(refusal):
        bring(**{"path": forgotten, **how})
    assert catalog() == before
    with platform_scope():
        assert not Tenant.objects.filter(id=shop.tenant.id).exists()


def test_an_unknown_signer_is_refused_until_trusted(
    shop: Business, forgotten: Path, before: set[str], settings
):
    signer = own_fingerprint()
    settings.MASTER_KEYS = [ELSEWHERE_KEY]
    with pytest.raises(UnknownSigner, match=signer):
        bring(forgotten)
    with pytest.raises(UnknownSigner):
        bring(forgotten, trusted=frozenset({own_fingerprint()}))
    assert catalog() == before
    imported = bring(forgotten, trusted=frozenset({signer}))
    with tenant_scope(imported.tenant.ref()):
        assert Person.objects.get(id=shop.people.maya.id).name == "alpha-Maya"


def test_where_its_id_is_known_it_is_refused(archive: Path, row: Tenant, before: set[str]):
    with pytest.raises(AlreadyHere):
        bring(archive, slug="gamma")
    assert catalog() == before
    with platform_scope():
        assert Tenant.objects.get(id=row.id).slug == "alpha"
        assert not Tenant.objects.filter(slug="gamma").exists()


def test_a_short_passphrase_and_a_file_that_is_there_are_refused(
    shop: Business, row: Tenant, archive: Path
):
    content = archive.read_bytes()
    with platform_scope():
        with pytest.raises(PassphraseTooShort):
            tenant_export(tenant=row, path=archive.with_name("b"), passphrase="short", at=SOME_DAY)
        for path in (archive, Path("/nowhere/at/all")):
            with pytest.raises(ArchiveRefused):
                tenant_export(tenant=row, path=path, passphrase=PASSPHRASE, at=SOME_DAY)
    assert archive.read_bytes() == content
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


# -- another installation -------------------------------------------------------------------------


@dataclass(frozen=True)
class Elsewhere:
    """Another installation: a database of its own, with other keys."""

    database: str

    def manage(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run manage.py over there."""
        with TemporaryFile() as out:
            with manage(
                *arguments,
                output=out,
                TEST_WORKER_DATABASE=self.database,
                MASTER_KEYS=ELSEWHERE_KEY,
                SECRET_KEY="elsewhere",
                **environment,
            ) as process:
                code = process.wait(timeout=120)
            out.seek(0)
            return code, out.read().decode()

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Ask its database."""
        url = os.environ["TEST_ADMIN_URL"].rpartition("/")[0] + "/" + self.database
        with psycopg.connect(url) as admin:
            return admin.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    """Prepared as the first page of the manual says, and as good as new."""
    name = f"{django_settings.WORKER_DATABASE}_elsewhere"
    urls = database_prepare(
        admin_url=os.environ["TEST_ADMIN_URL"],
        name=name,
        app_password=PASSWORD,
        owner_password=PASSWORD,
    )
    assert urls.app
    place = Elsewhere(name)
    code, said = place.manage("migrate_schemas", "--shared", "-v", "0")
    assert code == 0, said
    yield place
    with psycopg.connect(os.environ["TEST_ADMIN_URL"], autocommit=True) as admin:
        schemas = [
            schema
            for (schema,) in place.rows(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%%'"
            )
        ]
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for schema in schemas:
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(schema)))


def test_another_installation_takes_it_in(
    shop: Business, archive: Path, row: Tenant, elsewhere: Elsewhere, settings
):
    asked = ("fleet", "import", str(archive), "--as", "gamma")
    code, said = elsewhere.manage(*asked, ARCHIVE_PASSPHRASE=PASSPHRASE)
    assert code == 1 and "nobody here trusts" in said and own_fingerprint() in said
    assert elsewhere.rows("SELECT 1 FROM registry_tenant") == []

    trusting = (*asked, "--trust", own_fingerprint())
    code, said = elsewhere.manage(*trusting, ARCHIVE_PASSPHRASE="another passphrase")
    assert code == 1 and "passphrase" in said
    assert elsewhere.rows("SELECT 1 FROM registry_tenant") == []

    code, said = elsewhere.manage(*trusting, ARCHIVE_PASSPHRASE=PASSPHRASE)
    assert code == 0, said
    assert "gamma.localhost" in said and "alpha.localhost" in said
    ((id, schema, state, key),) = elsewhere.rows(
        "SELECT id, schema_name, state, wrapped_key FROM registry_tenant WHERE slug = 'gamma'"
    )
    assert (id, state) == (row.id, "trial") and schema != row.schema_name
    (stored,) = elsewhere.rows(
        f"SELECT name FROM {schema}.access_person WHERE id = %s", shop.people.maya.id
    )
    settings.MASTER_KEYS = [ELSEWHERE_KEY]
    there = TenantRef(id=id, slug="gamma", schema=schema, state=TenantState.TRIAL, wrapped_key=key)
    with tenant_scope(there):
        assert decrypt(bytes(stored[0])) == b"alpha-Maya"

    code, said = elsewhere.manage(*trusting, ARCHIVE_PASSPHRASE=PASSPHRASE)
    assert code == 1 and "known here" in said
    assert len(elsewhere.rows("SELECT 1 FROM registry_tenant")) == 1
