"""Payloads as Temporal's tools send them to a remote codec: protobuf's JSON, without our envelope.

https://docs.temporal.io/codec-server
"""

from typing import Annotated

from pydantic import ConfigDict, Field

from domain.model import Document

Base64 = Annotated[str, Field(json_schema_extra={"format": "byte"})]


class EncodedPayload(Document):
    """One payload: how it is encoded, and its bytes."""

    model_config = ConfigDict(extra="ignore")

    metadata: dict[str, Base64] = Field(default_factory=dict)
    data: Base64 = ""


class EncodedPayloads(Document):
    """The payloads of one value of a workflow's history."""

    payloads: tuple[EncodedPayload, ...] = ()
