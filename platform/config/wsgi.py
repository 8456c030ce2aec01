"""HTTP only, for WSGI servers: sockets and event streams go to config.asgi."""

import os

from config.handlers import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = WSGIHandler()

from config.checks import require_settings  # noqa: E402  (needs the settings above)
from config.serving import statements_bound  # noqa: E402

require_settings()
statements_bound()
