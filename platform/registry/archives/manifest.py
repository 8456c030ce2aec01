"""What a backup or an archive says of itself: what it holds, whose it is, and how to check it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

import orjson

from registry.archives.refusals import ArchiveBroken, ArchiveRefused
from registry.archives.tables import SequenceValue

FORMAT: Final = 1
MAX_BYTES: Final = 200_000_000

_TABLE: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class FormatUnknown(ArchiveRefused):
    """It was written by a later Daiqu."""


@dataclass(frozen=True, slots=True)
class TenantFacts:
    """Whose it is. Never the tenant's key: `key_check` only tells whether a key is the same."""

    id: UUID
    slug: str
    name: str
    schema: str
    state: str
    currency: str
    key_check: str
    terms: dict[str, Any]
    template: tuple[str, int] | None
    domains: list[str]


@dataclass(frozen=True, slots=True)
class TableFacts:
    """`rows` of `columns`, whose checksum is `sum` (see tables.py).

    `size` is their text in bytes; `packed` and `sha256` are of the compressed file.
    """

    columns: list[str]
    rows: int
    sum: str
    size: int
    packed: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A media file; `changed_at` is the time at which its storage says it was written."""

    size: int
    sha256: str
    changed_at: float


@dataclass(frozen=True, slots=True)
class SealedKey:
    """The tenant's key under a passphrase: AES-256-GCM, key by scrypt; binary as hexadecimal."""

    n: int
    r: int
    p: int
    salt: str
    nonce: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of it. `migrations` are those that the schema had; `files` are by their path.

    An archive's has a key, and the tables' script, which is for people to read.
    """

    id: UUID
    made_at: datetime
    tenant: TenantFacts
    migrations: list[tuple[str, str]]
    tables: Mapping[str, TableFacts]
    sequences: Mapping[str, SequenceValue]
    files: Mapping[str, FileFacts]
    key: SealedKey | None = None
    script: FileFacts | None = None
    format: int = field(default=FORMAT)

    @property
    def row_count(self) -> int:
        """In all tables together."""
        return sum(table.rows for table in self.tables.values())

    @property
    def byte_count(self) -> int:
        """What tables and files take when all are kept."""
        tables = sum(table.packed for table in self.tables.values())
        return tables + sum(file.size for file in self.files.values())

    def dump(self) -> bytes:
        """As a file."""
        return orjson.dumps(self, option=orjson.OPT_INDENT_2)

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """From a file whose signature has been checked. Raises `ArchiveBroken`, `FormatUnknown`.

        Names that could lead out of a folder, or out of SQL's identifiers, are refused whoever
        signed them.
        """
        try:
            fields = orjson.loads(content)
            if fields["format"] != FORMAT:
                raise FormatUnknown(
                    f"it is of format {fields['format']}, and this Daiqu reads {FORMAT}:"
                    " use the release that wrote it"
                )
            made = cls._made(fields)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArchiveBroken("its manifest cannot be read: take another one") from error
        for name in made.tables:
            if not _TABLE.fullmatch(name):
                raise ArchiveBroken(f"it names a table {name!a}: do not trust it")
        for path in made.files:
            if not path_is_plain(path):
                raise ArchiveBroken(f"it names a file {path!a}: do not trust it")
        parts: list[TableFacts | FileFacts] = [*made.tables.values(), *made.files.values()]
        if not all(_SHA256.fullmatch(part.sha256) and part.size >= 0 for part in parts):
            raise ArchiveBroken("its manifest cannot be read: take another one")
        return made

    @classmethod
    def _made(cls, fields: dict[str, Any]) -> Self:
        tenant = dict(fields["tenant"])
        tenant["id"] = UUID(tenant["id"])
        tenant["template"] = tuple(tenant["template"]) if tenant["template"] else None
        return cls(
            id=UUID(fields["id"]),
            made_at=datetime.fromisoformat(fields["made_at"]),
            tenant=TenantFacts(**tenant),
            migrations=[(app, name) for app, name in fields["migrations"]],
            tables={name: TableFacts(**facts) for name, facts in fields["tables"].items()},
            sequences={name: SequenceValue(**value) for name, value in fields["sequences"].items()},
            files={path: FileFacts(**facts) for path, facts in fields["files"].items()},
            key=SealedKey(**fields["key"]) if fields["key"] else None,
            script=FileFacts(**fields["script"]) if fields["script"] else None,
        )


def path_is_plain(path: str) -> bool:
    """Whether `path` leads to a file below where it is put, and nowhere else."""
    parts = path.split("/")
    return (
        0 < len(path) <= 400
        and path.isprintable()
        and not {"", ".", ".."} & set(parts)
        and not set("\\:") & set(path)
    )
