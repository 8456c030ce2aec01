"""The same key and parameters: the same answer again (https://docs.stripe.com/api/idempotent_requests).

Kept per account, for answers of requests that were begun: a parameter that is wrong is not kept.
"""

import threading
from dataclasses import dataclass
from typing import Any

from tests.fakes.stripe.errors import ApiError

KEPT_STATUSES = {200, 402, 500}


@dataclass(frozen=True)
class Answer:
    """A status and the JSON under it."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


class Idempotency:
    """The answers that are kept, and the keys that are being worked on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], tuple[str, Answer]] = {}
        self._at_work: set[tuple[str, str]] = set()

    def begin(self, account: str, key: str, request: str) -> Answer | None:
        """The kept answer; None when the request is to be carried out, and then `end`ed.

        `request` is its method, path and parameters. Raises `ApiError` for a key of another
        request, or one whose first request is still at work.
        """
        with self._lock:
            if (account, key) in self._at_work:
                message = "There is currently another in-progress request using this key."
                raise ApiError(409, "idempotency_error", message, code="idempotency_key_in_use")
            if (account, key) not in self._kept:
                self._at_work.add((account, key))
                return None
            first, answer = self._kept[account, key]
        if first != request:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request."
            )
            raise ApiError(400, "idempotency_error", message)
        return Answer(answer.status, answer.body, replayed=True)

    def end(self, account: str, key: str, request: str, answer: Answer | None) -> None:
        """The request is done, with `answer` or with none."""
        with self._lock:
            self._at_work.discard((account, key))
            if answer is not None and answer.status in KEPT_STATUSES:
                self._kept[account, key] = (request, answer)
