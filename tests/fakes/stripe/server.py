"""HTTP: who asks, with which parameters; what is answered, in which form."""

import base64
import json
import socket
import sys
import time
import traceback
import uuid
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.stripe import pages, resources  # noqa: F401  (resources registers the routes)
from tests.fakes.stripe.control import Control
from tests.fakes.stripe.deliveries import Deliveries
from tests.fakes.stripe.errors import ApiError, unauthorized
from tests.fakes.stripe.expansion import expanded
from tests.fakes.stripe.faults import Faults
from tests.fakes.stripe.forms import decoded
from tests.fakes.stripe.idempotency import Answer, Idempotency
from tests.fakes.stripe.params import Params
from tests.fakes.stripe.routes import Call, handler_of
from tests.fakes.stripe.world import API_VERSION, Account, World


class FakeStripe(ThreadingHTTPServer):
    """Listens on 127.0.0.1; port 0 takes a free one. `url` is where."""

    daemon_threads = True

    def __init__(self, *, port: int = 0, key: str = "sk_test_fake") -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.world = World(key=key)
        self.idempotency = Idempotency()
        self.faults = Faults()
        self.deliveries = Deliveries(self.world)
        self.control = Control(self.world, self.deliveries, self.faults)
        self.world.hosted_at = self.url

    @cached_property
    def url(self) -> str:
        """The base address of the API, and of the pages that Stripe would host."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Stop listening and delivering."""
        self.deliveries.stop()
        super().server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: FakeStripe
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a test reads what it needs under `/_fake/`."""

    def _serve(self) -> None:
        self._address = urlsplit(self.path)
        self._body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = self._address.path
        if path.startswith("/_fake/"):
            self._answer(self.server.control.answer(self.command, path, self._body))
        elif path.startswith("/v1/"):
            self._api(path)
        else:
            self._page(path)

    def _page(self, path: str) -> None:
        world = self.server.world
        with world.lock:
            status, location, html = pages.answer(world, self.command, path, decoded(self._body))
        content = html.encode()
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _api(self, path: str) -> None:
        fault = self.server.faults.met(f"{self.command} {path}")
        kind = fault.kind if fault else ""
        if kind == "drop":
            self._hang_up()
            return
        if kind == "error":
            error = ApiError(500, "api_error", "An unexpected error occurred.")
            self._answer(Answer(500, error.body()))
            return
        if kind == "rate_limit":
            error = ApiError(429, "invalid_request_error", "Too many requests.", "rate_limit")
            self._answer(Answer(429, error.body()))
            return
        try:
            answer = self._once(path, fault.seconds if fault else 0)
        except ApiError as error:
            answer = Answer(error.status, error.body())
        if kind == "lose":
            self._hang_up()
        else:
            self._answer(answer)

    def _once(self, path: str, seconds: float) -> Answer:
        """The answer, or the one that was given before under the same key."""
        account = self._account()
        key = self.headers.get("Idempotency-Key") if self.command == "POST" else None
        if key is None:
            time.sleep(seconds)
            return self._carry_out(account, path)
        request = f"{self.command} {path} {self._body}"
        kept = self.server.idempotency.begin(account.id, key, request)
        if kept is not None:
            return kept
        answer = None
        try:
            time.sleep(seconds)
            answer = self._carry_out(account, path)
        finally:
            self.server.idempotency.end(account.id, key, request, answer)
        return answer

    def _carry_out(self, account: Account, path: str) -> Answer:
        form = self._body if self.command == "POST" else self._address.query
        world = self.server.world
        try:
            values = decoded(form)
            paths = Params(values).texts("expand") or []
            values.pop("expand", None)
            handler, ids = handler_of(self.command, path)
            version = self.headers.get("Stripe-Version") or API_VERSION
            with world.lock:
                call = Call(world, account, Params(values), version)
                return Answer(200, expanded(account, handler(call, **ids), paths))
        except ApiError as error:
            return Answer(error.status, error.body())
        except Exception:  # a bug of the fake's, which whoever tests with it should see
            error = ApiError(500, "api_error", traceback.format_exc())
            return Answer(error.status, error.body())

    def _account(self) -> Account:
        """Whose objects the request is about. Raises `ApiError` unless the key is ours."""
        world = self.server.world
        scheme, _, secret = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            secret = base64.b64decode(secret).decode().partition(":")[0]
        if not secret:
            raise unauthorized("You did not provide an API key.")
        if secret.startswith("pk_"):
            message = "This API call cannot be made with a publishable API key."
            raise ApiError(403, "invalid_request_error", message, code="secret_key_required")
        if secret != world.key:
            raise unauthorized(f"Invalid API Key provided: {secret[:8]}***")
        named = self.headers.get("Stripe-Account") or world.platform.id
        if named not in world.accounts:
            message = f"The provided key does not have access to account '{named}'."
            raise ApiError(403, "invalid_request_error", message, code="account_invalid")
        return world.accounts[named]

    def _answer(self, answer: Answer) -> None:
        content = json.dumps(answer.body, indent=2).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Request-Id", f"req_{uuid.uuid4().hex[:14]}")
        self.send_header("Stripe-Version", self.headers.get("Stripe-Version") or API_VERSION)
        if key := self.headers.get("Idempotency-Key"):
            self.send_header("Idempotency-Key", key)
        if answer.replayed:
            self.send_header("Idempotent-Replayed", "true")
        self.end_headers()
        self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)
