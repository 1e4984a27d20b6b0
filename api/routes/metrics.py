"""GET /metrics: for Prometheus."""

from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    response_class=Response,
    summary="Metrics",
    responses={200: {"content": {"text/plain": {"example": "process_resident_memory_bytes 9.1e+07\n"}}}},
)
async def get_metrics(request: Request) -> Response:
    """Return what this process counts, in Prometheus' text format."""
    registry = cast("CollectorRegistry", request.app.state.registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
