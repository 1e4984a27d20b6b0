"""Payloads in the docs: a text, and the same encrypted."""

import base64
from typing import Final

from fastapi.openapi.models import Example

from api.schemas.codec import EncodedPayload, EncodedPayloads


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


CLEAR: Final = EncodedPayloads(
    payloads=(EncodedPayload(metadata={"encoding": _base64("json/plain")}, data=_base64('"Harbour Bakery"')),)
)
ENCRYPTED: Final = EncodedPayloads(
    payloads=(
        EncodedPayload(
            metadata={"encoding": _base64("binary/encrypted"), "encryption-key-id": _base64("2026-03")},
            data=_base64("nonce, ciphertext and tag"),
        ),
    )
)
SENT_CLEAR: Final[dict[str, Example]] = {"clear": {"value": CLEAR.model_dump(mode="json")}}
SENT_ENCRYPTED: Final[dict[str, Example]] = {"encrypted": {"value": ENCRYPTED.model_dump(mode="json")}}
