"""A collector of traces on loopback: it takes OTLP over HTTP or gRPC and keeps every byte that came."""

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as RawSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

_PATH: Final = "/v1/traces"


@dataclass(frozen=True)
class Span:
    """A span as it came, with what a test asks of it."""

    service: str
    raw: RawSpan

    @property
    def name(self) -> str:
        return self.raw.name

    @property
    def trace(self) -> str:
        return self.raw.trace_id.hex()

    @property
    def id(self) -> str:
        return self.raw.span_id.hex()

    @property
    def parent(self) -> str:
        return self.raw.parent_span_id.hex()

    @property
    def attributes(self) -> dict[str, Any]:
        return _values(self.raw.attributes)

    @property
    def is_error(self) -> bool:
        return self.raw.status.code == Status.STATUS_CODE_ERROR

    @property
    def links(self) -> list[str]:
        """The spans it is linked to."""
        return [link.span_id.hex() for link in self.raw.links]


@dataclass
class Collector:
    """What was sent so far."""

    endpoint: str = ""
    bodies: list[bytes] = field(default_factory=list[bytes])
    paths: set[str] = field(default_factory=set[str])

    def spans(self) -> list[Span]:
        """Return every span that came, in order."""
        return [
            Span(_values(resource.resource.attributes)["service.name"], span)
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@contextmanager
def http_collector() -> Generator[Collector]:
    """Take OTLP over HTTP while the block lasts."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.paths.add(self.path)
            collector.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200 if self.path == _PATH else 404)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        collector.endpoint = f"http://127.0.0.1:{server.server_port}"
        yield collector
        server.shutdown()
        thread.join()


@contextmanager
def grpc_collector() -> Generator[Collector]:
    """Take OTLP over gRPC while the block lasts."""
    collector = Collector()

    class Servicer(trace_service_pb2_grpc.TraceServiceServicer):
        def Export(self, request: ExportTraceServiceRequest, context: object) -> ExportTraceServiceResponse:  # noqa: N802
            del context
            collector.bodies.append(request.SerializeToString())
            return ExportTraceServiceResponse()

    with ThreadPoolExecutor(2) as pool:
        server: Any = grpc.server(pool)
        services: Any = trace_service_pb2_grpc  # generated without types
        services.add_TraceServiceServicer_to_server(Servicer(), server)
        collector.endpoint = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        yield collector
        server.stop(None).wait()


def _values(attributes: Any) -> dict[str, Any]:  # noqa: ANN401  protobuf's repeated fields have no name of their own
    pairs: list[KeyValue] = list(attributes)
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:  # noqa: ANN401  attributes are of several types
    if value.WhichOneof("value") == "array_value":
        return [_value(each) for each in value.array_value.values]
    return getattr(value, value.WhichOneof("value") or "string_value")
