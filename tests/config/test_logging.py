"""Logs are data: one JSON object a line, with tenant and request id, and nobody's phone."""

import json
import time
from pathlib import Path
from typing import Any

import httpx

from devtools.servers.process import free_port
from kernel.tenancy import TenantRef
from tests.live.client import Live
from tests.support.processes import manage

PHONE = "+8613900001234"
REQUEST = f'mutation {{ phoneCodeRequest(input: {{phone: "{PHONE}"}}) {{ __typename }} }}'


def requests_in(printed: Path) -> list[dict[str, Any]]:
    lines = [line for line in printed.read_text().splitlines() if line.startswith("{")]
    return [entry for entry in map(json.loads, lines) if entry["event"] == "request"]


def test_a_request_is_one_line_that_names_tenant_and_request_and_no_person(
    alpha: TenantRef, tmp_path: Path
):
    port, printed = free_port(), tmp_path / "printed"
    with (
        printed.open("wb") as output,
        manage("live", "--port", str(port), output=output, LOG_LEVEL="INFO", LOG_FORMAT="json"),
    ):
        Live(port).wait()
        headers = {"Host": "alpha.localhost"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            answers = [
                client.post("/graphql", json={"query": REQUEST}),
                client.get("/files/c2VjcmV0LXRva2Vu"),
                client.get("/nowhere/secret-token"),
                client.get("/graphql", headers={"Host": "gamma.localhost"}),
            ]
        deadline = time.monotonic() + 20
        while len(requests_in(printed)) < len(answers) and time.monotonic() < deadline:
            time.sleep(0.05)
    logged = requests_in(printed)
    assert [entry["request_id"] for entry in logged] == [a.headers["X-Request-Id"] for a in answers]
    assert [entry["route"] for entry in logged] == ["graphql", "files/<str:token>", None, None]
    assert [entry.get("scope") for entry in logged] == [
        alpha.schema,
        alpha.schema,
        alpha.schema,
        None,
    ]
    assert [entry["status"] for entry in logged] == [200, 404, 404, 404]
    said = [line for line in printed.read_text().splitlines() if not line.startswith("SMS ")]
    assert PHONE not in "".join(said)
    assert "secret-token" not in "".join(said)
    assert "c2VjcmV0LXRva2Vu" not in "".join(said)
