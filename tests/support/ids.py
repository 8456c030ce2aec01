"""Global ids as the API makes them."""

from base64 import b64encode
from uuid import UUID


def global_id(type_name: str, key: UUID) -> str:
    """The global id of the row `key`."""
    return b64encode(f"{type_name}:{key}".encode()).decode()
