"""GET /metrics: for Prometheus."""

from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from api.actions.shared import Shared

router = APIRouter(tags=["health"])

_EXAMPLE = 'ai_jobs_total{model="openai:gpt-6-luna",provider="openai",status="success"} 12.0\n'


@router.get(
    "/metrics",
    response_class=Response,
    summary="Metrics",
    responses={200: {"content": {"text/plain": {"example": _EXAMPLE}}}},
)
async def get_metrics(request: Request) -> Response:
    """Return what the installation has counted and what is so now, and what this process tells about itself.

    In Prometheus' text format. What the database or Temporal would tell is left out while they are away.
    """
    own = generate_latest(cast("CollectorRegistry", request.app.state.registry))
    of_all = cast("Shared[bytes]", request.app.state.metrics)
    return Response(own + await of_all.get(), media_type=CONTENT_TYPE_LATEST)
