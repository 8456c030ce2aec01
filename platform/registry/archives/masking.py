"""Rows on their way into a sandbox: what is personal never arrives there.

Encrypted values are opened under the source's key and sealed under the sandbox's own; every column
becomes what masks.py says. Works on the text that COPY hands out, so that not even a page of the
sandbox's tables has ever held the original.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson
from django.apps import apps
from django.conf import settings
from django.db import models

from kernel.contacts import email_index, phone_index
from kernel.crypto import EncryptedTextField
from kernel.tenancy import TenantRef, tenant_scope
from registry.archives.load import Pieces
from registry.archives.manifest import TableFacts
from registry.archives.masks import BESIDE, DROPPED, FIELDS, Mask
from registry.archives.people import People
from registry.archives.refusals import ArchiveRefused
from registry.archives.text_format import line, rows

_INDEX: Final[Mapping[Mask, Callable[[str], bytes]]] = {
    Mask.PHONE_INDEX: phone_index,
    Mask.EMAIL_INDEX: email_index,
}


class ColumnUnknown(ArchiveRefused):
    """A column of which nobody has said what becomes of it; it may hold anything."""


class Masker:
    """Turns the rows of `source` into those of its sandbox `target`."""

    def __init__(self, source: TenantRef, target: TenantRef) -> None:
        self._source, self._target = source, target
        self._people = People()
        self.pictures: set[str] = set()
        """The files that the rows so far name as pictures to be copied."""

    def convert(self, table: str, facts: TableFacts, pieces: Pieces) -> Pieces:
        """The rows of `table`, masked. Raises `ColumnUnknown`."""
        model = self._models.get(table)
        if model is None:
            raise ColumnUnknown(f"no model has the table {table}: release first, fleet migrate")
        if model._meta.label in DROPPED:
            return iter(())
        columns = _columns(model, facts.columns)
        if all(column.mask is None for column in columns):
            return pieces
        return self._masked(columns, pieces)

    @cached_property
    def _models(self) -> dict[str, type[models.Model]]:
        labels = {name.rpartition(".")[2] for name in settings.TENANT_APPS}
        return {
            model._meta.db_table: model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.app_label in labels
        }

    def _masked(self, columns: list["_Column"], pieces: Pieces) -> Iterator[bytes]:
        for row in rows(pieces):
            plain: dict[str, Any] = {}
            for place, column in enumerate(columns):
                if column.mask is not None and column.mask not in BESIDE:
                    row[place] = self._value(column, row[place], plain)
            for place, column in enumerate(columns):
                if column.mask in BESIDE:
                    row[place] = self._index(column.mask, plain)
            yield line(row)

    def _value(
        self, column: "_Column", stored: bytes | None, plain: dict[str, Any]
    ) -> bytes | None:
        assert column.mask is not None
        if stored is None:
            value = None
        elif column.mask is Mask.EMPTY:
            value = column.empty
        else:
            with tenant_scope(self._source):
                value = column.read(stored)
            if column.mask is Mask.PICTURE and value:
                self.pictures.add(value)
            elif column.mask not in (Mask.KEEP, Mask.PICTURE, Mask.FILE):
                value = self._people.masked(column.mask, value)
        plain[column.name] = value
        with tenant_scope(self._target):
            return None if value is None else column.write(value)

    def _index(self, mask: Mask, plain: Mapping[str, Any]) -> bytes | None:
        value = plain[BESIDE[mask]]
        with tenant_scope(self._target):
            return None if value is None else _hexadecimal(_INDEX[mask](value))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column with its field, and what becomes of it; None when it is copied unseen."""

    name: str
    field: Any
    mask: Mask | None

    @property
    def empty(self) -> Any:
        """What stands for nothing."""
        if self.field.null:
            return None
        return {} if isinstance(self.field, models.JSONField) else ""

    def read(self, stored: bytes) -> Any:
        """The value, from PostgreSQL's text."""
        if isinstance(self.field, EncryptedTextField):
            return self.field.from_db_value(bytes.fromhex(stored[2:].decode()), None, None)
        if isinstance(self.field, models.JSONField):
            return orjson.loads(stored)
        return stored.decode()

    def write(self, value: Any) -> bytes:
        """PostgreSQL's text of the value."""
        if isinstance(self.field, EncryptedTextField):
            return _hexadecimal(self.field.get_prep_value(value))
        if isinstance(self.field, models.JSONField):
            return orjson.dumps(value)
        return str(value).encode()


def _columns(model: type[models.Model], names: list[str]) -> list[_Column]:
    fields = {field.column: field for field in model._meta.concrete_fields}
    found = []
    for name in names:
        if name not in fields:
            raise ColumnUnknown(
                f"{model._meta.db_table}.{name} has no field: release first, fleet migrate"
            )
        field = fields[name]
        label = f"{model._meta.label}.{field.name}"
        mask = FIELDS.get(label)
        if mask is None and needs_mask(field):
            raise ColumnUnknown(f"{label} is not in masks.py: say there what becomes of it")
        if mask is Mask.KEEP and not isinstance(field, EncryptedTextField):
            mask = None
        found.append(_Column(field.name, field, mask))
    return found


def needs_mask(field: Any) -> bool:
    """Whether a field can hold words, documents, digests or positions, and so must be declared."""
    kinds = (
        EncryptedTextField,
        models.CharField,
        models.TextField,
        models.JSONField,
        models.BinaryField,
        models.FloatField,
        models.FileField,
        models.GenericIPAddressField,
    )
    return isinstance(field, kinds) and not field.choices


def _hexadecimal(content: bytes) -> bytes:
    return b"\\x" + content.hex().encode()
