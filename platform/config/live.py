"""How the live server listens: uvicorn, with what makes its bounds real."""

import socket
from typing import Any, Final

SEND_BUFFER_BYTES: Final = 64 * 1024
USER_TIMEOUT_MS: Final = 20_000

UVICORN: Final[dict[str, Any]] = {
    "app": "config.asgi:application",
    "lifespan": "off",
    "ws_max_size": 256 * 1024,
    "ws_per_message_deflate": False,  # it doubles CPU and memory for small frames
    "log_level": "warning",
    "log_config": None,
    "timeout_graceful_shutdown": 5,
}
"""Options of `uvicorn.Config`."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A TCP socket bound to `host` and `port` (0: any free one), for `uvicorn.Server.run`.

    Without its options the kernel hides a reader that has stopped behind megabytes of buffers, and
    keeps one that has vanished for a quarter of an hour. Raises `OSError` when it cannot bind.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
    listener.bind((host, port))
    return listener
