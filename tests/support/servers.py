"""Starts the servers of a test run once, in the process that nobody started."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from devtools.servers.postgres import PostgresServer
from devtools.servers.valkey import ValkeyServer
from registry.database import database_prepare

PASSWORD = "test"


def ensure_servers() -> None:
    """Set DATABASE_URL, DATABASE_OWNER_URL, TEST_ADMIN_URL and REDIS_URL, starting what is absent.

    `TEST_ADMIN_URL` (a superuser's) and `REDIS_URL` in the environment use real servers instead.
    """
    if "TEST_MEDIA_ROOT" in os.environ:  # set by the process that started us
        return
    folder = Path(tempfile.mkdtemp(prefix="daiqu-test-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["TEST_MEDIA_ROOT"] = str(folder / "media")
    if "TEST_ADMIN_URL" not in os.environ:
        postgres = PostgresServer(data_dir=folder / "postgres", durable=False)
        postgres.start()
        atexit.register(postgres.stop)
        os.environ["TEST_ADMIN_URL"] = postgres.url
    if "REDIS_URL" not in os.environ:
        valkey = ValkeyServer(data_dir=folder / "valkey")
        valkey.start()
        atexit.register(valkey.stop)
        os.environ["REDIS_URL"] = valkey.url
    urls = database_prepare(
        admin_url=os.environ["TEST_ADMIN_URL"],
        name="daiqu_test",
        app_password=PASSWORD,
        owner_password=PASSWORD,
    )
    os.environ["DATABASE_URL"] = urls.app
    os.environ["DATABASE_OWNER_URL"] = urls.owner
