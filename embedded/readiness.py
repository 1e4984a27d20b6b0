"""How the supervisor learns that a child does its work."""

import ssl
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol

import httpx
from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

NAMESPACE: Final = "default"
RETENTION: Final = timedelta(days=30)
"""How long the embedded Temporal keeps closed workflows; its own default is one day."""

_ANSWER_WITHIN: Final = timedelta(seconds=2)


class Readiness(Protocol):
    """Something a child is asked for until it is there."""

    traces: tuple[Path, ...] = ()
    """Files that a killed child leaves behind, by which the next one would count as ready before it is."""

    async def is_ready(self) -> bool:
        """Return whether the child works. Answers within seconds."""
        ...


class FileReadiness(Readiness):
    """A file that the child makes when it is ready, and removes when it stops."""

    def __init__(self, path: Path) -> None:
        """Watch for `path`."""
        self._path = path
        self.traces = (path,)

    async def is_ready(self) -> bool:
        """Return whether the file is there."""
        return self._is_there()

    def _is_there(self) -> bool:
        return self._path.exists()


class HttpReadiness(Readiness):
    """A URL that answers 200 when the child is ready."""

    def __init__(self, url: str) -> None:
        """Ask at `url`, never through a proxy."""
        self._url = url
        # Knows no authority: a child speaks plain HTTP, and to read them all takes 20 ms of CPU at every look.
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    async def is_ready(self) -> bool:
        """Return whether the answer is 200."""
        timeout = _ANSWER_WITHIN.total_seconds()
        async with httpx.AsyncClient(trust_env=False, verify=self._tls, timeout=timeout) as client:
            try:
                response = await client.get(self._url)
            except httpx.TransportError:
                return False
        return response.status_code == HTTPStatus.OK


class TemporalReadiness(Readiness):
    """A Temporal server with its namespace, whose retention is set on the way."""

    def __init__(self, address: str) -> None:
        """Ask at `address` (host:port)."""
        self._address = address

    async def is_ready(self) -> bool:
        """Return whether the namespace answers and keeps closed workflows for 30 days."""
        try:
            client = await Client.connect(self._address, lazy=True)
            await _keep_for(client, RETENTION)
        except (RPCError, RuntimeError):  # the SDK raises RuntimeError while nothing listens
            return False
        return True


async def _keep_for(client: Client, retention: timedelta) -> None:
    service = client.workflow_service
    described = await service.describe_namespace(DescribeNamespaceRequest(namespace=NAMESPACE), timeout=_ANSWER_WITHIN)
    if described.config.workflow_execution_retention_ttl.ToTimedelta() == retention:
        return
    ttl = Duration()
    ttl.FromTimedelta(retention)
    config = NamespaceConfig(workflow_execution_retention_ttl=ttl)
    await service.update_namespace(UpdateNamespaceRequest(namespace=NAMESPACE, config=config), timeout=_ANSWER_WITHIN)
