"""Primary keys: UUIDv7 (RFC 9562), so that a key sorts by its birth and says nothing else."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return uuid7()
