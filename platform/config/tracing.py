"""Traces go to an OpenTelemetry collector, over OTLP/HTTP, once one is named.

`OTEL_EXPORTER_OTLP_ENDPOINT` and its kin are OpenTelemetry's own variables.
"""

import os
from typing import Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def install_tracing() -> None:
    """Send this process's traces where the environment says; nothing without it."""
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "daiqu"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
