"""Personal data at rest: envelope encryption under a key of the tenant, and blind indexes.

The platform's master keys (`MASTER_KEYS`, newest first) wrap one random key per tenant; from that
key HKDF derives one for AES-256-GCM and one for the HMAC of the blind indexes. Rotating a master
key (`registry.fleet.keys`) re-wraps the tenants' keys and touches none of their rows; destroying a
tenant's wrapped key destroys its personal data.
"""

import hashlib
import hmac
import os
from contextlib import suppress
from functools import lru_cache
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from kernel.tenancy import current_tenant

VERSION = b"\x01"
NONCE_BYTES = 12
INDEX_BYTES = 16


def new_wrapped_key() -> bytes:
    """A fresh tenant key, wrapped by the newest master key."""
    return _master().encrypt(os.urandom(32))


def rewrap(sealed: bytes) -> bytes:
    """What a master key has sealed, under the newest one: a tenant's key, or a sealed column's
    value. Raises `InvalidToken` if none opens it.
    """
    return _master().rotate(sealed)


def sealed_by(sealed: bytes) -> int | None:
    """Which of `MASTER_KEYS` has sealed it: 0 is the newest; None where none of them opens it."""
    for number, key in enumerate(settings.MASTER_KEYS):
        with suppress(InvalidToken):
            Fernet(key).decrypt(sealed)
            return number
    return None


def key_open(wrapped_key: bytes) -> bytes:
    """The tenant key itself, to be wrapped by something else. Raises `InvalidToken`."""
    return _master().decrypt(wrapped_key)


def key_wrap(key: bytes) -> bytes:
    """A tenant key that came from elsewhere, wrapped by the newest master key."""
    return _master().encrypt(key)


def encrypt(plain: bytes) -> bytes:
    """`plain` under the bound tenant's key: version, nonce, ciphertext with its tag."""
    tenant = current_tenant()
    nonce = os.urandom(NONCE_BYTES)
    cipher, _ = _keys(tenant.wrapped_key)
    return VERSION + nonce + cipher.encrypt(nonce, plain, tenant.id.bytes)


def decrypt(stored: bytes) -> bytes:
    """What `encrypt` stored. Raises `InvalidTag` for another tenant's or a damaged value."""
    tenant = current_tenant()
    cipher, _ = _keys(tenant.wrapped_key)
    nonce, sealed = stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :]
    return cipher.decrypt(nonce, sealed, tenant.id.bytes)


def blind_index(kind: str, value: str) -> bytes:
    """A keyed digest by which an encrypted value is found again: 16 bytes, tenant and kind apart.

    `value` must be normalised by the caller (a phone in E.164, an email in lower case).
    """
    _, keyed = _keys(current_tenant().wrapped_key)
    digest = keyed.copy()
    digest.update(f"{kind}:{value}".encode())
    return digest.digest()[:INDEX_BYTES]


def _master() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.MASTER_KEYS])


@lru_cache(maxsize=1024)
def _keys(wrapped_key: bytes) -> tuple[AESGCM, hmac.HMAC]:
    secret = _master().decrypt(wrapped_key)
    index_key = _derive(secret, b"blind index")
    return AESGCM(_derive(secret, b"personal data")), hmac.new(index_key, digestmod=hashlib.sha256)


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret)


class EncryptedTextField(models.Field):  # type: ignore[type-arg]
    """Text, encrypted under the bound tenant's key. Found by a blind index, never by its value."""

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else encrypt(self._dump(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value is None else self._load(decrypt(bytes(value)))

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: a comparison would compare random ciphertexts and never match."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def _dump(self, value: Any) -> bytes:
        return str(value).encode()

    def _load(self, plain: bytes) -> Any:
        return plain.decode()


class SealedTextField(EncryptedTextField):
    """Text of the platform's own schema, under its master key: no tenant's key covers it."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else _master().encrypt(self._dump(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value is None else self._load(_master().decrypt(bytes(value)))


class EncryptedJSONField(EncryptedTextField):
    """A JSON document, encrypted as a whole under the bound tenant's key."""

    def _dump(self, value: Any) -> bytes:
        return orjson.dumps(value)

    def _load(self, plain: bytes) -> Any:
        return orjson.loads(plain)
