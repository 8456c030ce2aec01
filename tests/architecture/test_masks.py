"""Of every column that may hold something personal it is said what a sandbox gets in its place."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings

from kernel.crypto import EncryptedTextField
from registry.archives.masking import needs_mask
from registry.archives.masks import BESIDE, DROPPED, FIELDS, Mask


def fields() -> Iterator[tuple[str, Any]]:
    """Every column of the tenant apps by its label, but for those of the tables left behind."""
    labels = {name.rpartition(".")[2] for name in settings.TENANT_APPS}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in labels and model._meta.label not in DROPPED:
            for field in model._meta.concrete_fields:
                yield f"{model._meta.label}.{field.name}", field


def test_every_column_that_may_be_personal_is_declared():
    missing = [label for label, field in fields() if needs_mask(field) and label not in FIELDS]
    assert missing == [], "say in registry/archives/masks.py what becomes of these in a sandbox"


def test_nothing_is_declared_that_is_not_there():
    known = dict(fields())
    assert [label for label in FIELDS if label not in known] == []
    assert [label for label in DROPPED if not _exists(label)] == []


def test_what_is_encrypted_is_never_kept():
    kept = [label for label, field in fields() if _encrypted(field) and FIELDS[label] is Mask.KEEP]
    assert kept == []


def test_an_index_stands_beside_what_it_is_of():
    known = dict(fields())
    for label, mask in FIELDS.items():
        if mask in BESIDE:
            assert f"{label.rpartition('.')[0]}.{BESIDE[mask]}" in known


def _encrypted(field: Any) -> bool:
    return isinstance(field, EncryptedTextField)


def _exists(label: str) -> bool:
    try:
        return apps.get_model(label) is not None
    except LookupError:
        return False
