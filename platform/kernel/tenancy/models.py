"""The base of every model in a tenant's schema."""

from collections.abc import Collection
from typing import Any, Self

from django.db import models

from kernel.ids import new_id
from kernel.tenancy.scope import current_scope


class CrossTenantWrite(RuntimeError):
    """A row read under one scope was saved or deleted under another: always a bug."""


class TenantModel(models.Model):
    """A row that remembers the scope it was read under, and is written under no other."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True

    _scope_label: str | None = None

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any
    ) -> Self:
        instance = super().from_db(db, field_names, values, **kwargs)
        instance._scope_label = current_scope().label
        return instance

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        self._check_scope()
        super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._check_scope()
        return super().delete(*args, **kwargs)

    def _check_scope(self) -> None:
        label = current_scope().label
        if self._scope_label not in (None, label):
            raise CrossTenantWrite(f"{self._meta.label} of {self._scope_label} under {label}")
        self._scope_label = label
