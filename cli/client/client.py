"""Our API over HTTP: the `data` of its answers, its events, and requests that are repeated without being done twice."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar, cast

import httpx
from pydantic import JsonValue
from ulid import ULID

from cli.client.endpoint import Endpoint, endpoint
from cli.client.problem import ApiError, UnreachableError, refusal
from cli.client.sse import Message, messages
from cli.configuration import load_settings
from cli.errors import UserError
from embedded.progress import Progress

T = TypeVar("T")

_TIMEOUT: Final = httpx.Timeout(30, connect=5)
_STREAM_TIMEOUT: Final = httpx.Timeout(45, connect=5)
"""The API sends a comment every 15 s."""
_UPLOAD_TIMEOUT: Final = httpx.Timeout(900, connect=5)
"""A batch is checked and stored line by line before it is answered."""
_WAITS: Final = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each repetition, where the API names none."""
_NO_CONTENT: Final = 204

Query = Mapping[str, str | int | Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is sent as it is read; `chunks` begins it anew, `size` is in bytes."""

    media_type: str
    size: int
    chunks: Callable[[], AsyncIterator[bytes]]


class Api:
    """One API. Every method raises ApiError when it refuses and UnreachableError when it does not answer.

    What cannot be sent as text is a UserError.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        on_wait: Progress,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Speak over `http`, which knows the address and the token; `on_wait` is told before each repetition."""
        self._http = http
        self._say = on_wait
        self._pause = pause

    @property
    def url(self) -> str:
        """Base URL, without a slash at its end."""
        return str(self._http.base_url).rstrip("/")

    async def get(self, path: str, query: Query | None = None) -> JsonValue:
        """Return the data at `path`; None in a query leaves its name out."""
        return _data(await self._request("GET", path, params=_params(query)))

    async def download(self, path: str) -> bytes:
        """Return the bytes at `path`."""
        return (await self._request("GET", path)).content

    async def delete(self, path: str, query: Query | None = None) -> JsonValue:
        """Delete what is at `path` and return what is said of it; None in a query leaves its name out."""
        return _data(await self._request("DELETE", path, params=_params(query)))

    async def put(self, path: str, body: Mapping[str, JsonValue]) -> JsonValue:
        """Set what is at `path` and return it. Repeated when the connection is lost or the API is busy."""
        return await self._insist(lambda: self._put(path, body))

    async def post(self, path: str, body: Mapping[str, JsonValue] | None = None) -> JsonValue:
        """Return the data of what was done.

        Repeated under one Idempotency-Key when the connection is lost or the API is busy, so it is done once at most.
        """
        key = str(ULID())
        return await self._insist(lambda: self._post(path, body, key))

    async def upload(self, path: str, query: Query, file: Upload) -> JsonValue:
        """Send a file, from its beginning each time the connection is lost; it is done once at most."""
        headers = {
            "Idempotency-Key": str(ULID()),
            "Content-Type": file.media_type,
            "Content-Length": str(file.size),
        }
        return await self._insist(lambda: self._upload(path, query, headers, file))

    async def _insist(self, request: Callable[[], Awaitable[JsonValue]]) -> JsonValue:
        for wait in _WAITS:
            try:
                return await request()
            except (UnreachableError, ApiError) as error:
                seconds = wait if isinstance(error, UnreachableError) else error.retry_after
                if seconds is None:
                    raise
                self._say(f"{error.message.splitlines()[0]} Trying again in {seconds:g} s.")
            await self._pause(seconds)
        return await request()

    @asynccontextmanager
    async def stream(self, path: str, last_id: int) -> AsyncGenerator[AsyncIterator[Message] | None]:
        """Open an event stream after message `last_id`; None when nothing will follow. httpx errors pass through."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": str(last_id)} if last_id else {})
        async with self._http.stream("GET", path, headers=headers, timeout=_STREAM_TIMEOUT) as response:
            if response.status_code == _NO_CONTENT:
                yield None
                return
            if not response.is_success:
                await response.aread()
                raise refusal(response)
            yield messages(response.aiter_bytes())

    async def _upload(self, path: str, query: Query, headers: Mapping[str, str], file: Upload) -> JsonValue:
        try:
            response = await self._http.post(
                path, content=file.chunks(), params=_params(query), headers=headers, timeout=_UPLOAD_TIMEOUT
            )
        except httpx.TransportError as error:
            raise UnreachableError(self.url, error) from None
        if not response.is_success:
            raise refusal(response)
        return _data(response)

    async def _put(self, path: str, body: Mapping[str, JsonValue]) -> JsonValue:
        return _data(await self._request("PUT", path, json=body))

    async def _post(self, path: str, body: Mapping[str, JsonValue] | None, key: str) -> JsonValue:
        return _data(await self._request("POST", path, json=body or {}, headers={"Idempotency-Key": key}))

    async def _request(
        self,
        method: str,
        path: str,
        *,
        params: httpx.QueryParams | None = None,
        json: Mapping[str, JsonValue] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        try:
            response = await self._http.request(method, path, params=params, json=json, headers=headers)
        except httpx.TransportError as error:
            raise UnreachableError(self.url, error) from None
        except UnicodeEncodeError:
            message = "What was typed holds bytes that are no text in UTF-8."
            raise UserError(message, "Type it anew, or give it in a file.") from None
        if not response.is_success:
            raise refusal(response)
        return response


@asynccontextmanager
async def connect(to: Endpoint, on_wait: Progress) -> AsyncGenerator[Api]:
    """Open connections to an API as long as the context lasts."""
    headers = {"Authorization": f"Bearer {to.token}"}
    async with httpx.AsyncClient(base_url=to.url, headers=headers, timeout=_TIMEOUT, trust_env=not to.is_local) as http:
        yield Api(http, on_wait)


def ask(work: Callable[[Api], Awaitable[T]], on_wait: Progress) -> T:
    """Do `work` with the API the settings name, and return its result."""

    async def connected() -> T:
        async with connect(endpoint(load_settings()), on_wait) as api:
            return await work(api)

    return asyncio.run(connected())


def _params(query: Query | None) -> httpx.QueryParams:
    return httpx.QueryParams({name: value for name, value in (query or {}).items() if value is not None})


def _data(response: httpx.Response) -> JsonValue:
    if response.status_code == _NO_CONTENT or not response.content:
        return None
    return cast("dict[str, JsonValue]", response.json()).get("data")
