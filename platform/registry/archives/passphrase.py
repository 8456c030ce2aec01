"""A tenant's key on its way to another installation: under a passphrase that people exchange."""

import os
from dataclasses import replace
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from registry.archives.manifest import SealedKey
from registry.archives.refusals import ArchiveBroken, ArchiveRefused

SHORTEST: Final = 12
COST: Final = SealedKey(n=2**16, r=8, p=1, salt="", nonce="", sealed="")
"""scrypt at 64 MB and some tenths of a second a guess (RFC 7914)."""

_MOST: Final = 2**20


class PassphraseTooShort(ArchiveRefused):
    """Whoever has the archive has all the time to guess."""


class WrongPassphrase(ArchiveRefused):
    """It does not open the archive's key."""


def key_seal(key: bytes, *, passphrase: str, tenant_id: UUID) -> SealedKey:
    """`key` under `passphrase`, for this tenant only. Raises `PassphraseTooShort`."""
    if len(passphrase) < SHORTEST:
        raise PassphraseTooShort(f"a passphrase has at least {SHORTEST} characters: take another")
    salt, nonce = os.urandom(16), os.urandom(12)
    fresh = replace(COST, salt=salt.hex(), nonce=nonce.hex())
    sealed = _cipher(fresh, passphrase).encrypt(nonce, key, tenant_id.bytes)
    return replace(fresh, sealed=sealed.hex())


def key_unseal(sealed: SealedKey, *, passphrase: str, tenant_id: UUID) -> bytes:
    """The key. Raises `WrongPassphrase`, and `ArchiveBroken` for a cost beyond reason."""
    if not (1 < sealed.n <= _MOST and 0 < sealed.r <= 16 and 0 < sealed.p <= 4):
        raise ArchiveBroken("its key asks for too much work: do not trust it")
    try:
        nonce, content = bytes.fromhex(sealed.nonce), bytes.fromhex(sealed.sealed)
        return _cipher(sealed, passphrase).decrypt(nonce, content, tenant_id.bytes)
    except InvalidTag as error:
        raise WrongPassphrase("the passphrase is not the one it was exported under") from error
    except ValueError as error:
        raise ArchiveBroken("its key cannot be read: take another one") from error


def _cipher(cost: SealedKey, passphrase: str) -> AESGCM:
    salt = bytes.fromhex(cost.salt)
    derive = Scrypt(salt=salt, length=32, n=cost.n, r=cost.r, p=cost.p)
    return AESGCM(derive.derive(passphrase.encode()))
