"""What is counted and traced, by tenant: bounded, and without anybody's words."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress

import httpx
from django.test import Client
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from devtools.servers.process import free_port
from kernel import telemetry
from kernel.jobs import defer
from kernel.tenancy import TenantRef, tenant_scope
from tests.fakes.collector import collector
from tests.live.client import Live
from tests.support.processes import manage

TOKEN = "scrape-me"
PHONE = "+8613900001234"


def scraped(client: Client) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return samples(answer.text, "daiqu_done_total", "kind", "tenant", "outcome")


def wait_for(true: Callable[[], object], seconds: float = 60) -> bool:
    """Whether it was `true` in time."""
    end = time.monotonic() + seconds
    while not (done := bool(true())) and time.monotonic() < end:
        time.sleep(0.05)
    return done


def samples(text: str, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    return {
        tuple(sample.labels[label] for label in labels): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def ask(client: Client, document: str) -> None:
    body = json.dumps({"query": document})
    client.post("/graphql", body, content_type="application/json")


def test_work_is_counted_by_tenant_and_outcome(alpha: TenantRef, beta: TenantRef, settings):
    settings.METRICS_TOKEN = TOKEN
    clients = [Client(headers={"Host": f"{slug}.localhost"}) for slug in ("alpha", "beta")]
    before = scraped(clients[0])
    ask(clients[0], "{ brand { name } }")
    ask(clients[0], "{ viewer { name } orders { totalCount } }")
    ask(clients[1], "{ brand { name } }")
    after = scraped(clients[0])
    grown = {key: value - before.get(key, 0) for key, value in after.items()}
    assert grown["query", alpha.label, "ok"] == 1
    assert grown["query", beta.label, "ok"] == 1
    assert grown["request", beta.label, "ok"] == 1
    # The other question does not fit the schema or lacks a right: refused either way, not failed.
    assert not any(grown[key] for key in grown if key[2] == "failed")


async def test_open_sockets_are_counted(alpha: TenantRef):
    port = free_port()
    with manage("live", "--port", str(port), METRICS_TOKEN=TOKEN):
        live = Live(port).wait()
        url = f"http://127.0.0.1:{port}/metrics"
        headers = {"Host": "alpha.localhost", "Authorization": f"Bearer {TOKEN}"}

        def opened() -> float:
            text = httpx.get(url, headers=headers).text
            return samples(text, "daiqu_sockets", "tenant").get((alpha.label,), 0)

        async with live.open("alpha.localhost") as wire:
            await wire.begin()
            assert await asyncio.to_thread(opened) == 1
        assert await asyncio.to_thread(wait_for, lambda: not opened())


def test_a_workers_jobs_are_counted_by_tenant(alpha: TenantRef, beta: TenantRef):
    port = free_port()

    def jobs(tenant: TenantRef) -> float:
        with suppress(httpx.TransportError):
            text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
            done = samples(text, "daiqu_done_total", "kind", "tenant", "outcome")
            return done.get(("job", tenant.label, "ok"), 0)
        return 0

    for tenant, times in ((alpha, 2), (beta, 1)):
        with tenant_scope(tenant):
            for _ in range(times):
                defer("tests.note", stream="counted")
    with manage("worker", METRICS_PORT=str(port)):
        assert wait_for(lambda: (jobs(alpha), jobs(beta)) == (2, 1))


def test_nobody_reads_the_figures_without_the_token(settings):
    client = Client(headers={"Host": "alpha.localhost"})
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for said in ({}, {"Authorization": TOKEN}, {"Authorization": "Bearer wrong"}):
        assert client.get("/metrics", headers=said).status_code == 404


def test_a_process_names_only_so_many_tenants(monkeypatch):
    known: set[str] = set()
    monkeypatch.setattr(telemetry, "_tenants", known)
    labels = [telemetry.tenant_label(f"t_{number}") for number in range(500)]
    assert len(set(labels)) == telemetry.MAX_TENANTS + 1
    assert labels[-1] == telemetry.OTHER
    assert telemetry.tenant_label("t_0") == "t_0"


def test_a_request_is_traced_to_its_operation_and_no_word_of_it(alpha: TenantRef):
    port = free_port()
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    document = f'mutation {{ phoneCodeRequest(input: {{phone: "{PHONE}"}}) {{ __typename }} }}'
    with collector() as kept:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": kept.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        with manage("live", "--port", str(port), **environment):
            Live(port).wait()
            httpx.post(
                f"http://127.0.0.1:{port}/graphql",
                headers={"Host": "alpha.localhost", "traceparent": traceparent},
                json={"query": document},
            )
            deadline = time.monotonic() + 20
            while len(found(kept.spans, traceparent)) < 2 and time.monotonic() < deadline:
                time.sleep(0.05)
        spans = found(kept.spans, traceparent)
    operation, request = sorted(spans, key=lambda span: span.name)
    assert (operation.name, request.name) == ("mutation phoneCodeRequest", "request graphql")
    assert operation.parent_span_id == request.span_id
    assert [a.value.string_value for a in operation.attributes if a.key == "daiqu.tenant"] == [
        alpha.label
    ]
    assert PHONE not in str(kept.spans)


def found(spans: list[Span], traceparent: str) -> list[Span]:
    return [span for span in spans if span.trace_id.hex() == traceparent.split("-")[1]]
