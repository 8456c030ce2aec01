"""The product's settings, and one more tenant app whose release BENCH_RELEASE names."""

import os

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, TENANT_APPS

RELEASES = "devtools.bench.releases"
TENANT_APPS = [*TENANT_APPS, RELEASES]
INSTALLED_APPS = [*INSTALLED_APPS, RELEASES]
MIGRATION_MODULES = {"releases": f"{RELEASES}.{os.environ.get('BENCH_RELEASE', 'base')}"}
