"""A fake vendor on loopback: OpenAI, Anthropic and Google wire formats over real HTTP, scripted, with its own ledger.

In a test:

    async with FakeVendor() as vendor:
        vendor.next("gpt-6-luna", Act(behaviour=Behaviour.RATE_LIMITED, headers={"retry-after": "7"}))
        ...                       # requests to vendor.openai_url, vendor.anthropic_url, vendor.google_url
        assert [entry.tag for entry in vendor.ledger.entries] == ["outline", "outline"]

As a process of its own, for tests that kill things:

    python -m tests.vendors.server --port 9000 --ledger ledger.jsonl --latency 0.2

It prints `ready` when it listens. `tests.vendors.ledger.read_ledger(path)` reads the file, also while it runs. What
comes next is scripted with `POST /_script` and a JSON body:
`{"model": "gpt-6-luna", "next": [{"behaviour": "hang"}], "always": {"behaviour": "answer", "latency": 0.2}}`; both
parts are optional, and without `model` they hold for every model.
"""

import argparse
import asyncio
import json
import socket
import struct
import sys
from collections import defaultdict, deque
from pathlib import Path
from typing import Any, Final, Self

from tests.vendors.answers import Asked, read_prompt, valid_answer
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.ledger import Ledger, Outcome
from tests.vendors.wire import VendorAnswer, VendorRequest, faulty_answer, good_answer, read_request

_ANY: Final = "*"
_DRIP_SECONDS: Final = 0.05
_LIMIT: Final = 16 * 1024 * 1024


class FakeVendor:
    """All vendors behind one port of 127.0.0.1."""

    def __init__(self, *, port: int = 0, ledger: Path | None = None, latency: float = 0) -> None:
        """Listen on `port` (0 for any) once entered; `latency` seconds pass before each answer not scripted."""
        self.ledger = Ledger(ledger)
        self.requests: list[VendorRequest] = []
        """What arrived, read in full, for tests of what is sent."""
        self._port = port
        self._next: dict[str, deque[Act]] = defaultdict(deque)
        self._always: dict[str, Act] = {_ANY: Act(latency=latency)}
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def openai_url(self) -> str:
        """Base URL for OpenAI and for `openai-compatible`."""
        return f"{self.anthropic_url}/v1"

    @property
    def anthropic_url(self) -> str:
        """Base URL for Anthropic."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def google_url(self) -> str:
        """Base URL for Google."""
        return self.anthropic_url

    def next(self, model: str, *acts: Act) -> None:
        """Do these, in order, with the next requests to `model`: its name, a tag such as `outline`, or `*` for any."""
        self._next[model].extend(acts)

    def always(self, model: str, act: Act) -> None:
        """Do this with every request to `model` (its name, a tag, or `*`) that nothing was queued for."""
        self._always[model] = act

    async def __aenter__(self) -> Self:
        """Start listening."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=_LIMIT)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Break all connections and stop listening."""
        if self._server is not None:
            self._server.close()
        for writer in self._connections.values():
            writer.transport.abort()
        await asyncio.gather(*self._connections)

    async def run_forever(self) -> None:
        """Serve until cancelled."""
        await asyncio.Event().wait()

    def _act_for(self, *names: str) -> Act:
        for name in (*names, _ANY):
            if self._next[name]:
                return self._next[name].popleft()
        return next(self._always[name] for name in (*names, _ANY) if name in self._always)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._connections[task] = writer
        connection = _Connection(reader, writer)
        try:
            while await self._serve_one(connection):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            del self._connections[task]
            writer.close()

    async def _serve_one(self, connection: "_Connection") -> bool:
        path, headers, body = await connection.read()
        if path == "/_script":
            self._script(body)
            await connection.write(VendorAnswer(200, b"{}"), {})
            return True
        request = read_request(path, headers, body)
        if request is None or request.schema is None:
            await connection.write(VendorAnswer(400, b'{"error": {"message": "no such path, or no schema"}}'), {})
            return True
        self.requests.append(request)
        asked = read_prompt(request.prompt)
        act = self._act_for(asked.tag, request.model)
        number = self.ledger.arrived(
            request.vendor, request.model, asked.tag, 2 if asked.second else 1, asked.prompt, act.behaviour
        )
        outcome = Outcome.BROKEN
        try:
            if await connection.still_there_after(act.latency):
                outcome = await _play(connection, request, asked, act)
        finally:
            self.ledger.ended(number, outcome)
        return outcome is Outcome.ANSWERED

    def _script(self, body: dict[str, Any]) -> None:
        model = body.get("model", _ANY)
        self.next(model, *(Act.model_validate(act) for act in body.get("next", ())))
        if "always" in body:
            self.always(model, Act.model_validate(body["always"]))


async def _play(connection: "_Connection", request: VendorRequest, asked: Asked, act: Act) -> Outcome:
    text = valid_answer(asked) if act.text is None else act.text
    match act.behaviour:
        case Behaviour.ANSWER:
            await connection.write(good_answer(request, text), act.headers)
        case Behaviour.HANG:
            await connection.gone()
            return Outcome.BROKEN
        case Behaviour.DRIP:
            await connection.drip(good_answer(request, text))
        case Behaviour.RESET:
            await connection.reset_in(good_answer(request, text))
            return Outcome.BROKEN
        case _:
            await connection.write(faulty_answer(request, act.behaviour, text), act.headers)
    return Outcome.ANSWERED


class _Connection:
    """One HTTP/1.1 connection, as much of it as the vendors' SDKs use."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._ahead = b""

    async def read(self) -> tuple[str, dict[str, str], dict[str, Any]]:
        """Return path, lower-case headers and JSON body of the next request."""
        head = self._ahead + await self._reader.readuntil(b"\r\n\r\n")
        self._ahead = b""
        first, *lines = head.decode().rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return first.split(" ")[1], headers, json.loads(body or b"{}")

    async def write(self, answer: VendorAnswer, headers: dict[str, str]) -> None:
        """Send a whole answer."""
        self._writer.write(self._head(answer, headers) + answer.body)
        await self._writer.drain()

    async def drip(self, answer: VendorAnswer) -> None:
        """Send an answer byte by byte; raises ConnectionError when the client is gone."""
        self._writer.write(self._head(answer, {}))
        for index in range(len(answer.body)):
            if not await self.still_there_after(_DRIP_SECONDS):
                message = "the client went away"
                raise ConnectionResetError(message)
            self._writer.write(answer.body[index : index + 1])
            await self._writer.drain()

    async def reset_in(self, answer: VendorAnswer) -> None:
        """Send half of an answer, then a TCP reset."""
        self._writer.write(self._head(answer, {}) + answer.body[: len(answer.body) // 2])
        await self._writer.drain()
        raw: socket.socket = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def gone(self) -> None:
        """Wait until the client closes the connection."""
        while await self._look_ahead():
            pass

    async def still_there_after(self, seconds: float) -> bool:
        """Wait, and say whether the client is still there."""
        if seconds <= 0:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self.gone()
        except TimeoutError:
            return True
        return False

    async def _look_ahead(self) -> bytes:
        byte = await self._reader.read(1)
        self._ahead += byte
        return byte

    def _head(self, answer: VendorAnswer, headers: dict[str, str]) -> bytes:
        sent = {"content-type": answer.content_type, "content-length": str(len(answer.body)), **headers}
        lines = [f"HTTP/1.1 {answer.status} Scripted", *(f"{name}: {value}" for name, value in sent.items())]
        return "\r\n".join((*lines, "", "")).encode()


async def _main(arguments: argparse.Namespace) -> None:
    async with FakeVendor(port=arguments.port, ledger=arguments.ledger, latency=arguments.latency) as vendor:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await vendor.run_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A fake vendor on 127.0.0.1.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--latency", type=float, default=0.0)
    asyncio.run(_main(parser.parse_args()))
