"""Settings of the test suite: real PostgreSQL and Valkey, out of the wheels unless told otherwise.

Importing this in the main process starts the servers; the workers of xdist inherit the addresses
through the environment and use a database of their own each.
"""

import base64
import os
from pathlib import Path

from tests.support.servers import ensure_servers

os.environ.setdefault("SECRET_KEY", "test")
os.environ.setdefault("MASTER_KEYS", base64.urlsafe_b64encode(b"k" * 32).decode())
os.environ.setdefault("PUBLIC_SCHEME", "http")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("FREE_DOCUMENTS", "1")
# Queries are counted on graphql-core's path, which must be right for whatever is not lowered;
# tests/lowering compares it with the other, and COMPARE_READS=1 does for any test.
COMPARE_READS = os.environ.get("COMPARE_READS", "0")
os.environ.setdefault("LOWERING", COMPARE_READS)
os.environ.setdefault("LOWERING_SHADOW", COMPARE_READS)
# Rows that are written behind the API's back are seen at once.
os.environ.setdefault("KEPT_ANSWERS_BYTES", "0")
os.environ.setdefault("SCHEMA_POOL_SIZE", "0")  # a test that wants blank schemas makes them
ensure_servers()

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, INSTALLED_APPS, TENANT_APPS  # noqa: E402

TEMPLATE_DATABASE = "daiqu_test"
WORKER_DATABASE = os.environ.get(
    "TEST_WORKER_DATABASE", f"daiqu_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
)
for _database in DATABASES.values():
    _database["NAME"] = WORKER_DATABASE
INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs", "tests.releases"]
TENANT_APPS = [*TENANT_APPS, "tests.releases"]  # no migrations, but for tests/registry/fleet
TENANT_RATE = 1_000_000  # nobody is held back but where a test is about that
CALLS_FLUSH_SECONDS = 3_600  # tests flush by themselves
# Beside its database: the tests of one worker count no files of another's.
MEDIA_ROOT = Path(os.environ["TEST_MEDIA_ROOT"], WORKER_DATABASE)
BACKUP_ROOT = MEDIA_ROOT.with_name(f"{WORKER_DATABASE}-backups")
if "TEST_RELEASE" in os.environ:  # of a process that tests/registry/fleet started
    MIGRATION_MODULES = {"releases": f"tests.releases.{os.environ['TEST_RELEASE']}"}
