"""HTTP only, for WSGI servers: sockets and event streams go to config.asgi."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.checks import require_settings  # noqa: E402  (needs the settings above)

require_settings()
