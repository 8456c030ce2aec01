"""Whose hand a manifest is from: Ed25519, under a key that each master key gives.

The newest of `MASTER_KEYS` signs; what any of them signed is the installation's own. So rotating a
master key keeps old backups good for as long as it stays in the list, and longer if its
fingerprint is put into `TRUSTED_SIGNERS`, as another installation's is whose archives are trusted.
"""

import hashlib
from base64 import urlsafe_b64decode
from dataclasses import asdict, dataclass
from typing import Final, Self

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from registry.archives.refusals import ArchiveBroken, ArchiveRefused

_PURPOSE: Final = b"archive signature"
MAX_BYTES: Final = 1_000


class UnknownSigner(ArchiveRefused):
    """The signature is good, and of nobody whom this installation trusts."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A public key and what it signed with, both in hexadecimal."""

    public_key: str
    signature: str

    @property
    def fingerprint(self) -> str:
        """What people compare: 32 hexadecimal digits of the key's SHA-256."""
        return _fingerprint(bytes.fromhex(self.public_key))

    def dump(self) -> bytes:
        """As a file."""
        return orjson.dumps(asdict(self))

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """From a file. Raises `ArchiveBroken`."""
        try:
            fields = orjson.loads(content)
            made = cls(public_key=fields["public_key"], signature=fields["signature"])
            sizes = len(bytes.fromhex(made.public_key)), len(bytes.fromhex(made.signature))
        except (ValueError, TypeError, KeyError) as error:
            raise ArchiveBroken("its signature cannot be read: take another one") from error
        if sizes != (32, 64):
            raise ArchiveBroken("its signature cannot be read: take another one")
        return made


def sign(message: bytes) -> Signature:
    """`message`, signed by this installation."""
    key = _keys()[0]
    return Signature(
        public_key=key.public_key().public_bytes_raw().hex(),
        signature=key.sign(_said(message)).hex(),
    )


def signature_check(
    message: bytes, signature: Signature, *, trusted: frozenset[str] = frozenset()
) -> None:
    """Raises `ArchiveBroken` unless `signature` is of `message`, and `UnknownSigner` unless it is
    this installation's own, or its fingerprint is `trusted` here or by the settings.
    """
    try:
        public_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.public_key))
        public_key.verify(bytes.fromhex(signature.signature), _said(message))
    except InvalidSignature as error:
        raise ArchiveBroken("its signature does not fit its manifest: take another one") from error
    if signature.fingerprint not in own_fingerprints() | trusted | set(settings.TRUSTED_SIGNERS):
        raise UnknownSigner(
            f"it is signed by {signature.fingerprint}, whom nobody here trusts: if that is what the"
            " export printed, name it with --trust or in TRUSTED_SIGNERS"
        )


def own_fingerprint() -> str:
    """By which others know what this installation signs from now on."""
    return _fingerprint(_keys()[0].public_key().public_bytes_raw())


def own_fingerprints() -> set[str]:
    """The fingerprints of all that this installation signs, or has signed, with."""
    return {_fingerprint(key.public_key().public_bytes_raw()) for key in _keys()}


def _keys() -> list[Ed25519PrivateKey]:
    return [
        Ed25519PrivateKey.from_private_bytes(
            HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(
                urlsafe_b64decode(master_key)
            )
        )
        for master_key in settings.MASTER_KEYS
    ]


def _said(message: bytes) -> bytes:
    # What is signed here can be mistaken for nothing else that the key might ever sign.
    return b"daiqu manifest\0" + message


def _fingerprint(public_key: bytes) -> str:
    return hashlib.sha256(public_key).hexdigest()[:32]
