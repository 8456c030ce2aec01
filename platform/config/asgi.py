"""The ASGI application: HTTP to Django, websockets to the live side."""

import os

from channels.routing import ProtocolTypeRouter

from config.handlers import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_http = ASGIHandler()

from config.serving import statements_bound  # noqa: E402  (needs the settings)
from schema.live.hints import remote_layer  # noqa: E402  (needs the apps)
from schema.live.socket import Socket  # noqa: E402
from schema.live.topics import check_topics  # noqa: E402
from schema.root import schema  # noqa: E402

statements_bound()
check_topics(schema)
remote_layer()  # imports the layer's client, half a second that no first caller should wait
application = ProtocolTypeRouter({"http": _http, "websocket": Socket.as_asgi()})
