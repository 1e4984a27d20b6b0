"""The codec server: what Temporal's Web UI and command line send, and what they get."""

import base64
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import httpx
import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload, Payloads

from api.app import create_app
from settings import Settings
from storage.database import Database
from tests.integration.api.conftest import name_temporal
from tests.integration.api.installation import TOKEN
from workflows.encryption import EncryptionCodec, KeyRing, new_key

OLD, NEW = new_key("old"), new_key("new")
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'{"text": "Harbour Bakery"}')
UI = "http://127.0.0.1:8233"


@pytest.fixture
async def http(
    settings: Settings, database: Database, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    assert database.is_sqlite
    name_temporal(monkeypatch, nobody)
    keys = SecretStr(f"{OLD.spelled()},{NEW.spelled()}")
    app = create_app(settings.model_copy(update={"encryption_keys": keys}))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost", headers=headers)
    async with app.router.lifespan_context(app), http:
        yield http


async def post(http: httpx.AsyncClient, verb: str, payloads: Sequence[Payload]) -> httpx.Response:
    """Send payloads as the Web UI does."""
    headers = {"X-Namespace": "default", "Origin": UI}
    return await http.post(f"/codec/{verb}", json=MessageToDict(Payloads(payloads=payloads)), headers=headers)


def taken(answer: httpx.Response) -> list[Payload]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return list(ParseDict(body, Payloads()).payloads)


async def test_what_any_of_the_keys_wrote_is_decoded_and_what_is_clear_stays(http: httpx.AsyncClient) -> None:
    (old,) = await EncryptionCodec(KeyRing([OLD])).encode([CLEAR])
    (new,) = await EncryptionCodec(KeyRing([NEW])).encode([CLEAR])
    assert taken(await post(http, "decode", [old, new, CLEAR])) == [CLEAR, CLEAR, CLEAR]


async def test_what_is_encoded_is_written_with_the_newest_key(http: httpx.AsyncClient) -> None:
    (sealed,) = taken(await post(http, "encode", [CLEAR]))
    assert sealed.metadata["encryption-key-id"] == b"new"
    assert await EncryptionCodec(KeyRing([NEW])).decode([sealed]) == [CLEAR]


async def test_a_payload_of_an_unknown_key_is_refused_by_its_name(http: httpx.AsyncClient) -> None:
    sealed = await EncryptionCodec(KeyRing([new_key("lost")])).encode([CLEAR])
    answer = await post(http, "decode", sealed)
    assert (answer.status_code, answer.json()["code"]) == (409, "payload_unreadable")
    assert "'lost'" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [{"payloads": [{"data": "a"}]}, {"payloads": [{"metadata": {"encoding": "a"}}]}, {"payloads": 5}]
)
async def test_what_is_no_payload_is_refused(http: httpx.AsyncClient, body: object) -> None:
    assert (await http.post("/codec/decode", json=body)).status_code == 422


async def test_several_payloads_of_two_megabytes_may_be_read_at_once(http: httpx.AsyncClient) -> None:
    large = Payload(metadata={"encoding": b"binary/plain"}, data=b"a" * 2_000_000)
    assert len(taken(await post(http, "decode", [large] * 3))) == 3
    too_many = base64.b64encode(b"a" * 12_100_000).decode()
    answer = await http.post("/codec/decode", json={"payloads": [{"data": too_many}]})
    assert answer.status_code == 413


async def test_nobody_decodes_without_a_token(http: httpx.AsyncClient) -> None:
    answer = await http.post("/codec/decode", json={"payloads": []}, headers={"Authorization": ""})
    assert answer.status_code == 401


async def ask(http: httpx.AsyncClient, origin: str, path: str) -> httpx.Response:
    """Ask as a browser does before it sends a request of a page."""
    asked = "authorization,content-type,x-namespace"
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
        "Authorization": "",
    }
    return await http.options(path, headers=headers)


@pytest.mark.parametrize("origin", [UI, "http://localhost:8233"])
async def test_the_web_ui_may_ask_from_a_browser(http: httpx.AsyncClient, origin: str) -> None:
    allowed = await ask(http, origin, "/codec/decode")
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == origin
    answer = await http.post("/codec/decode", json={"payloads": []}, headers={"Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-credentials" not in answer.headers


async def test_no_other_page_may_and_the_web_ui_nothing_else(http: httpx.AsyncClient) -> None:
    for origin, path in (("https://evil.example", "/codec/decode"), (UI, "/api/ai/jobs")):
        refused = await ask(http, origin, path)
        assert refused.status_code in {400, 401}
        assert "access-control-allow-origin" not in refused.headers
