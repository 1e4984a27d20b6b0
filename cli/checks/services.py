"""What `doctor` checks over the network: Temporal and the API."""

import os
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import httpx
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, GetSystemInfoRequest
from temporalio.client import Client
from temporalio.service import RPCError

from cli.checks.finding import Finding, broken, note, ok
from embedded.children import temporal_address
from settings import Settings
from workflows.client import connect
from workflows.encryption import KeyRing
from workflows.search_attributes import ALL

_ANSWER_WITHIN: Final = timedelta(seconds=5)
_NOT_NEEDED: Final = "not checked: the stack does not run"


async def check_temporal(settings: Settings, *, stack_runs: bool) -> list[Finding]:
    """Check the connection to Temporal, its namespace and its search attributes.

    An address in TEMPORAL_ADDRESS must answer; without one the embedded server is meant, which must when it runs.
    """
    own = "TEMPORAL_ADDRESS" not in os.environ
    if own and not stack_runs:
        return [note("Temporal", _NOT_NEEDED, "Start it with `pagewright up`.")]
    try:
        client = await _client(settings, own=own)
        info = await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=_ANSWER_WITHIN)
    except (RPCError, RuntimeError, ValueError) as error:
        reason = str(error).split("\n", maxsplit=1)[0][:200]
        remedy = "Restart `pagewright up`." if own else "Check TEMPORAL_ADDRESS, TEMPORAL_API_KEY and the TLS settings."
        return [broken("Temporal", f"does not answer: {reason}", remedy)]
    found = ok("Temporal", f"{client.service_client.config.target_host}, server {info.server_version}")
    return [found, await _check_namespace(client), await _check_search_attributes(client)]


async def check_api(settings: Settings, *, stack_runs: bool) -> Finding:
    """Check that the API on this machine answers, and what it says of its own readiness."""
    url = f"{settings.local_api_url}/readyz"
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_ANSWER_WITHIN.total_seconds()) as client:
            response = await client.get(url)
    except httpx.HTTPError as error:
        if not stack_runs:
            return note("API", _NOT_NEEDED, "Start it with `pagewright up`.")
        return broken("API", f"{url} does not answer: {error}", "Restart `pagewright up`, and see logs/api.log.")
    if response.status_code == HTTPStatus.OK:
        return ok("API", f"{settings.local_api_url} is ready")
    detail = f"{url} says {response.status_code}: {response.text[:200]}"
    return broken("API", detail, "See logs/api.log and logs/worker.log in the data directory.")


async def _client(settings: Settings, *, own: bool) -> Client:
    if own:
        return await Client.connect(temporal_address(settings), lazy=True)
    return await connect(KeyRing(), lazy=True)


async def _check_namespace(client: Client) -> Finding:
    part = "Temporal namespace"
    request = DescribeNamespaceRequest(namespace=client.namespace)
    try:
        described = await client.workflow_service.describe_namespace(request, timeout=_ANSWER_WITHIN)
    except RPCError as error:
        remedy = f"Set TEMPORAL_NAMESPACE, or run `temporal operator namespace create -n {client.namespace}`."
        return broken(part, f"{client.namespace}: {error.message}", remedy)
    days = described.config.workflow_execution_retention_ttl.ToTimedelta().days
    return ok(part, f"{client.namespace}, closed workflows kept for {days} days")


async def _check_search_attributes(client: Client) -> Finding:
    part = "Search attributes"
    try:
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace), timeout=_ANSWER_WITHIN
        )
    except RPCError as error:
        return note(part, f"cannot be listed: {error.message}", _command(client, {key.name for key in ALL}))
    missing = {key.name for key in ALL} - known.custom_attributes.keys()
    if missing:
        return broken(part, f"not registered: {', '.join(sorted(missing))}", _command(client, missing))
    return ok(part, f"{len(ALL)} registered")


def _command(client: Client, missing: set[str]) -> str:
    """Return the command that registers search attributes, on Temporal Cloud too."""
    pairs = " ".join(
        f"--name {key.name} --type {_type_name(key.indexed_value_type)}" for key in ALL if key.name in missing
    )
    return f"Start a worker, or run `temporal operator search-attribute create --namespace {client.namespace} {pairs}`."


def _type_name(number: int) -> str:
    """Return a type as Temporal's command line spells it, for example `Keyword`."""
    name = IndexedValueType.Name(IndexedValueType.ValueType(number))
    return name.removeprefix("INDEXED_VALUE_TYPE_").capitalize()
