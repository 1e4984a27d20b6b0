"""The connection to Temporal, set as for every Temporal tool: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TLS files."""

from collections.abc import Sequence
from dataclasses import replace

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client, Interceptor
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime

from workflows.encryption import EncryptionCodec, KeyRing
from workflows.search_attributes import ALL


async def connect(
    keys: KeyRing, *, lazy: bool = False, interceptors: Sequence[Interceptor] = (), runtime: Runtime | None = None
) -> Client:
    """Return a client from the environment and Temporal's own configuration file; payloads are encrypted with `keys`.

    `interceptors` stand around its calls and, where they are for workers, around what its workers run. `runtime`
    counts what is done through it, where it is not the process's own.

    Raises RuntimeError when the server cannot be reached, unless `lazy`: then the first call connects.
    """
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "localhost:7233")
    return await Client.connect(
        **config, lazy=lazy, data_converter=data_converter(keys), interceptors=interceptors, runtime=runtime
    )


def data_converter(keys: KeyRing) -> DataConverter:
    """Return what turns our types into payloads and back, encrypted with the newest of `keys` if there is one.

    Then the messages of failures are, too: they may repeat what a model wrote.
    """
    codec = EncryptionCodec(keys)
    if keys.newest is None:
        return replace(pydantic_data_converter, payload_codec=codec)
    return replace(
        pydantic_data_converter,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def register_search_attributes(client: Client) -> None:
    """Make the namespace know every search attribute; a workflow that carries an unknown one does not start.

    Raises RPCError where the namespace's owner must do it, as on Temporal Cloud: `pagewright doctor` has the command.
    """
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = [key for key in ALL if key.name not in known.custom_attributes]
    if missing:
        request = AddSearchAttributesRequest(namespace=client.namespace)
        for key in missing:
            request.search_attributes[key.name] = IndexedValueType.ValueType(key.indexed_value_type)
        await client.operator_service.add_search_attributes(request)
