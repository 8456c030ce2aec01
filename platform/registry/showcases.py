"""Whether what a tenant shows to everybody has changed: its catalogue, its brand, its zones.

Triggers on those tables of each tenant's schema send a NOTIFY (kernel.showcase). Who
keeps answers made of them keeps each with the revision that there was before it was made, and
gives it only as long as that is the present one.
"""

import itertools
import threading
from typing import Final

from kernel.showcase import CHANNEL
from kernel.tenancy import TenantRef
from registry.listener import Listener
from registry.resolver import resolver


class Showcases:
    """The revision of each tenant's showcase, as this process has heard of it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._all = 0
        self._changed: dict[str, int] = {}
        self._listeners: dict[str, Listener] = {}
        self._starting = threading.Lock()

    def revision(self, tenant: TenantRef) -> int | None:
        """A number that no other state of the tenant's showcase has had; None while changes are
        not heard of.
        """
        listener = self._listeners.get(tenant.server) or self._listener(tenant.server)
        if not listener.listens():
            return None
        return max(self._all, self._changed.get(tenant.schema, 0))

    def changed(self, tenant: TenantRef) -> None:
        """It has changed, says who changed it: nobody need wait for the database to tell."""
        self._changed[tenant.schema] = next(self._numbers)

    def forget(self) -> None:
        """Any may have changed."""
        self._all = next(self._numbers)
        self._changed.clear()

    def wait_until_listening(self, tenant: TenantRef, seconds: float) -> bool:
        """Block until changes of `tenant` are heard of; False when time runs out."""
        return self._listener(tenant.server).wait(seconds)

    def _listener(self, server: str) -> Listener:
        with self._starting:
            if server not in self._listeners:
                self._listeners[server] = Listener(CHANNEL, self._heard, server=server)
            return self._listeners[server]

    def _heard(self, schema: str | None) -> None:
        if schema is None:
            self.forget()
        else:
            self._changed[schema] = next(self._numbers)


showcases: Final = Showcases()
"""The process's."""
resolver.watch(showcases.forget)  # a schema may have taken another's place
