"""What is counted and traced, by tenant: bounded, and without anybody's words."""

import json
import time

import httpx
from django.test import Client
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from devtools.servers.process import free_port
from kernel import telemetry
from kernel.tenancy import TenantRef
from tests.fakes.collector import collector
from tests.live.client import Live
from tests.support.processes import manage

TOKEN = "scrape-me"
PHONE = "+8613900001234"


def scraped(client: Client) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        tuple(sample.labels[name] for name in ("kind", "tenant", "outcome")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == "daiqu_done_total"
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
