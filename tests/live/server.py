"""The live server with the patience that tests have: `python -m tests.live.server PORT`."""

import os
import sys

import django
from django.core.management import call_command


def main(port: str) -> None:
    """Serve on `port` until killed."""
    django.setup()
    from schema.live import hub, socket

    socket.INIT_SECONDS = 0.5
    hub.POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "1"))
    call_command("live", port=int(port))


if __name__ == "__main__":
    main(sys.argv[1])
