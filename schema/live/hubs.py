"""This process's hubs, one per tenant with a connection here, and the hints that wake them.

Hints of this process come by `hint`, those of others by the channel layer: one channel per
process, in one group per tenant. While the layer is down, the hubs' own clocks wake them.
"""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any, Final

import structlog

from kernel.telemetry import sockets, tenant_label
from kernel.tenancy import TenantRef
from registry.resolver import resolver
from schema.live.hints import PROCESS, hint_group, remote_layer, wakers
from schema.live.hub import Connection, Hub

REJOIN_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


class Hubs:
    """The hubs of this process, all on one event loop."""

    def __init__(self) -> None:
        self._hubs: dict[str, Hub] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._joining: asyncio.Task[None] | None = None

    def enter(self, tenant: TenantRef, connection: Connection) -> Hub:
        """Count `connection` in; the tenant's hub, started if it is the first here."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            wakers.append(self.hint)
            resolver.watch(self._register_changed)
            self._joining = asyncio.create_task(self._join(), name="hints")
        hub = self._hubs.get(tenant.schema)
        if hub is None:
            hub = self._hubs[tenant.schema] = Hub(tenant)
            self._changed.set()
        hub.connections.add(connection)
        sockets.labels(tenant_label(tenant.label)).inc()
        return hub

    def quit(self, hub: Hub, connection: Connection) -> None:
        """Count `connection` out; a hub that nobody needs ends."""
        if connection in hub.connections:  # and not counted out before
            hub.connections.remove(connection)
            sockets.labels(tenant_label(hub.tenant.label)).dec()
        if not hub.connections and self._hubs.get(hub.tenant.schema) is hub:
            del self._hubs[hub.tenant.schema]
            hub.stop()
            self._changed.set()

    def hint(self, scope_label: str, *, log_only: bool) -> None:
        """Wake the tenant's hub, if it is here. From any thread; never raises."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closing
                wake = partial(self._wake, scope_label, log_only=log_only)
                self._loop.call_soon_threadsafe(wake)

    def _wake(self, scope_label: str, *, log_only: bool) -> None:
        hub = self._hubs.get(scope_label)
        if hub is not None:
            hub.wake(log_only=log_only)

    def _register_changed(self) -> None:
        for scope_label in tuple(self._hubs):
            self.hint(scope_label, log_only=False)

    async def _join(self) -> None:
        """Keep this process's channel in the groups of exactly its hubs, whatever happens."""
        layer = remote_layer()
        channel: str | None = None
        joined: set[str] = set()
        while layer is not None:
            self._changed.clear()
            try:
                async with asyncio.timeout(REJOIN_SECONDS):
                    if channel is None:
                        channel = await layer.new_channel()
                        self._receiving = asyncio.create_task(self._receive(layer, channel))
                    for label in self._hubs.keys() - joined:
                        await layer.group_add(hint_group(label), channel)
                        joined.add(label)
                        self._wake(label, log_only=False)  # for what was missed until now
                    for label in joined - self._hubs.keys():
                        await layer.group_discard(hint_group(label), channel)
                        joined.discard(label)
            except Exception as error:
                log.warning("no hints, polling instead", error=type(error).__name__)
                await asyncio.sleep(REJOIN_SECONDS)
            else:
                await self._changed.wait()

    async def _receive(self, layer: Any, channel: str) -> None:
        while True:
            try:
                message = await layer.receive(channel)
                if message["sender"] != PROCESS:
                    self._wake(message["scope"], log_only=message["log_only"])
            except Exception as error:
                log.warning("a hint was not understood", error=type(error).__name__)
                await asyncio.sleep(REJOIN_SECONDS)


hubs: Final = Hubs()
"""The process's hubs."""
