"""Writes this process's calls of the API down, every few seconds and at its end."""

import atexit
import threading
from typing import Final

import structlog
from django.conf import settings
from django.db import connections

from billing.calls import api_calls
from kernel import clock

log = structlog.get_logger(__name__)


class Flusher:
    """One thread a process; `ApiCalls.flush` binds the platform's scope by itself."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._started = False

    def start(self) -> None:
        """Begin, once."""
        with self._starting:
            if self._started:
                return
            self._started = True
        atexit.register(self._flush)
        threading.Thread(target=self._run, name="calls", daemon=True).start()

    def _run(self) -> None:
        while True:
            threading.Event().wait(settings.CALLS_FLUSH_SECONDS)
            self._flush()

    def _flush(self) -> None:
        try:
            api_calls.flush(at=clock.now())
        except Exception as error:
            log.warning("calls were not written down yet", error=type(error).__name__)
        finally:
            connections.close_all()


flusher: Final = Flusher()
"""The process's own."""
