"""/codec: Temporal's Web UI and command line read encrypted payloads here (a remote codec, or codec server).

https://docs.temporal.io/codec-server
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from temporalio.api.common.v1 import Payload, Payloads

from api.examples import codec as examples
from api.guards.auth import operates
from api.problem import conflict, invalid_field
from api.responses import answered, problems
from api.schemas.codec import EncodedPayloads
from api.services import ServicesDep
from domain.access import Scope
from workflows.encryption import UnreadablePayloadError

router = APIRouter(prefix="/codec", tags=["codec"])

OK = HTTPStatus.OK


@router.post(
    "/decode",
    dependencies=[operates(Scope.ADMIN)],
    summary="Decrypt payloads",
    responses={**answered(OK, examples.CLEAR), **problems(400, 401, 403, 409, 413, 415, 422)},
)
async def decode_payloads(
    services: ServicesDep, sent: Annotated[EncodedPayloads, Body(openapi_examples=examples.SENT_ENCRYPTED)]
) -> EncodedPayloads:
    """Return payloads in clear; those nobody encrypted as they are."""
    try:
        return _answer(await services.temporal.codec.decode(_payloads(sent)))
    except UnreadablePayloadError as error:
        raise conflict("payload_unreadable", str(error)) from None


@router.post(
    "/encode",
    dependencies=[operates(Scope.ADMIN)],
    summary="Encrypt payloads",
    responses={**answered(OK, examples.ENCRYPTED), **problems(400, 401, 403, 413, 415, 422)},
)
async def encode_payloads(
    services: ServicesDep, sent: Annotated[EncodedPayloads, Body(openapi_examples=examples.SENT_CLEAR)]
) -> EncodedPayloads:
    """Return payloads encrypted with the newest key; as they are without one."""
    return _answer(await services.temporal.codec.encode(_payloads(sent)))


def _payloads(sent: EncodedPayloads) -> Sequence[Payload]:
    try:
        return ParseDict(sent.model_dump(mode="json"), Payloads()).payloads
    except ParseError:
        raise invalid_field("payloads", "metadata and data have to be base64") from None


def _answer(payloads: Sequence[Payload]) -> EncodedPayloads:
    return EncodedPayloads.model_validate(MessageToDict(Payloads(payloads=payloads)))
