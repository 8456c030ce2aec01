"""Hints between processes: what the publisher and the hubs agree on. Light: workers import it."""

import secrets
from typing import Any, Final, Protocol

from channels.layers import InMemoryChannelLayer, get_channel_layer

PROCESS: Final = secrets.token_hex(8)
"""This process's name on its hints: what it published, its own hubs have heard already."""


class Waker(Protocol):
    """Wakes the hub of a tenant in this process, if it has one. From any thread."""

    def __call__(self, scope_label: str, *, log_only: bool) -> None: ...


wakers: Final[list[Waker]] = []
"""Filled by the hubs where there are any."""


def hint_group(scope_label: str) -> str:
    """The channel group that carries a tenant's hints."""
    return f"hint.{scope_label}"


def hint_message(scope_label: str, *, log_only: bool) -> dict[str, Any]:
    """A hint as it travels. It carries no facts."""
    return {"type": "hint", "scope": scope_label, "log_only": log_only, "sender": PROCESS}


def remote_layer() -> Any:
    """The channel layer that reaches other processes, or None where this one is alone."""
    layer = get_channel_layer()
    return None if isinstance(layer, InMemoryChannelLayer) else layer
