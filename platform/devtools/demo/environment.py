"""What the demo keeps between runs: its folder, its secrets, and the environment made of them."""

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from devtools.demo.operators import PHONE_CODE, phones
from registry.database import DatabaseUrls

PLATFORM_HOST = "platform.localhost"


class DemoError(Exception):
    """Says in one line what is wrong and what to do next."""


@dataclass(frozen=True)
class Secrets:
    """Made at the first run, kept in a file that only its owner may read."""

    secret_key: str
    master_key: str
    app_password: str
    owner_password: str
    login_password: str


class Folder:
    """The demo's data directory, `.daiqu/` unless told otherwise."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    def prepare(self) -> None:
        """Make it. Raises `DemoError` without the rights, or when it holds something else."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise DemoError(
                f"{self.path}: {error.strerror}; choose another folder with --data"
            ) from error

    def secrets(self) -> Secrets:
        """The folder's secrets, made now if this is the first run."""
        file = self.path / "secrets.json"
        if not file.exists():
            made = Secrets(
                secret_key=secrets.token_urlsafe(48),
                master_key=Fernet.generate_key().decode(),
                app_password=secrets.token_urlsafe(24),
                owner_password=secrets.token_urlsafe(24),
                login_password="demo-" + secrets.token_hex(4),
            )
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                json.dump(vars(made), out)
        return Secrets(**json.loads(file.read_text()))

    @property
    def filled(self) -> bool:
        """Whether a filling here has come to its end."""
        return (self.path / "filled").exists()

    def mark_filled(self) -> None:
        """From now on what is here is worth keeping."""
        (self.path / "filled").touch()

    def write_environment(self, variables: dict[str, str]) -> Path:
        """Keep `variables` in `demo.env`, for commands in another terminal; its path.

        Only its owner may read it: there are passwords in it.
        """
        file = self.path / "demo.env"
        file.unlink(missing_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.writelines(f"{name}={value}\n" for name, value in sorted(variables.items()))
        return file

    def wipe(self) -> None:
        """Remove what the demo itself wrote here; the servers remove their own."""
        for name in ("filled", "secrets.json", "demo.env"):
            (self.path / name).unlink(missing_ok=True)
        for name in ("media", "backups"):
            shutil.rmtree(self.path / name, ignore_errors=True)


def demo_variables(
    *,
    folder: Folder,
    kept: Secrets,
    urls: DatabaseUrls,
    redis_url: str,
    port: int,
    second: DatabaseUrls | None = None,
) -> dict[str, str]:
    """The environment variables that make a command, or a part of the demo, speak to this demo.

    `second` are the logins of its other database server.
    """
    others = {}
    if second is not None:
        others = {
            "DATABASE_SERVERS": "second",
            "DATABASE_URL_SECOND": second.app,
            "DATABASE_OWNER_URL_SECOND": second.owner,
        }
    return {
        **others,
        "SECRET_KEY": kept.secret_key,
        "MASTER_KEYS": kept.master_key,
        "DATABASE_URL": urls.app,
        "DATABASE_OWNER_URL": urls.owner,
        "REDIS_URL": redis_url,
        "MEDIA_ROOT": str(folder.path / "media"),
        "BACKUP_ROOT": str(folder.path / "backups"),
        "PLATFORM_HOST": PLATFORM_HOST,
        "TENANT_HOST_SUFFIX": "localhost",
        "PUBLIC_SCHEME": "http",
        "PUBLIC_PORT": str(port),
        "FREE_DOCUMENTS": "1",
        "SCHEMA_POOL_SIZE": os.environ.get("SCHEMA_POOL_SIZE", "5"),
        "ERASURE_WAIT_DAYS": "0",
        "FIXED_PHONE_CODES": ",".join(f"{phone}={PHONE_CODE}" for phone in phones()),
        "LOG_FORMAT": "console",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "DEMO_LOGIN_PASSWORD": kept.login_password,
        "PYTHONUNBUFFERED": "1",
    }
