"""A server on loopback that gives the API's recorded answers, and loses connections as a test says."""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, ClassVar, Final
from uuid import NAMESPACE_DNS, uuid5

TOKEN: Final = uuid5(NAMESPACE_DNS, "recording.example").hex
RECORDING: Final = Path(__file__).with_name("recorded.json")

_PUBLIC: Final = frozenset({"GET /api/health", "GET /readyz"})
_REFUSED: Final = {"title": "Unauthorized", "detail": "the token is not the owner's", "code": "unauthorized"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived."""

    line: str
    key: str | None
    last_event_id: str | None
    body: Any


@dataclass(slots=True)
class Replay:
    """What is answered, what goes wrong, and what was asked."""

    answers: dict[str, dict[str, Any]]
    url: str = ""
    instead: dict[str, str] = field(default_factory=dict[str, str])
    """Which recorded request line to answer another one with."""
    lost: dict[str, int] = field(default_factory=dict[str, int])
    """How many connections of a request line are closed before an answer."""
    cuts: list[int] = field(default_factory=list[int])
    """After how many events each next stream breaks off."""
    held: Event | None = None
    """Until it is set, the next stream stays open after its last event."""
    log: list[str] = field(default_factory=list[str])
    seen: list[Seen] = field(default_factory=list[Seen])

    def of(self, line: str) -> list[Seen]:
        """Return the requests with this request line."""
        return [request for request in self.seen if request.line == line]

    def data(self, line: str) -> dict[str, Any]:
        """Return the recorded data of a request line."""
        return self.answers[line]["body"]["data"]


@contextmanager
def replaying() -> Generator[Replay]:
    """Serve the recording as long as the context lasts."""
    replay = Replay(json.loads(RECORDING.read_text()))
    handler = type("Handler", (_Handler,), {"replay": replay})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        replay.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield replay
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    replay: ClassVar[Replay]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        """Keep the log to ourselves."""
        self.replay.log.append(format % args)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        line = f"{self.command} {self.path}"
        self._see(line)
        if self.replay.lost.get(line, 0) > 0:
            self.replay.lost[line] -= 1
            return
        recorded = self.replay.answers.get(self.replay.instead.get(line, line))
        if line not in _PUBLIC and self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._send(401, "application/problem+json", json.dumps(_REFUSED))
        elif recorded is None:
            self._send(500, "text/plain", f"nothing is recorded of {line}")
        elif recorded["type"] == "text/event-stream":
            self._stream(recorded["body"])
        else:
            body = recorded["body"]
            self._send(recorded["status"], recorded["type"], body if isinstance(body, str) else json.dumps(body))

    def _see(self, line: str) -> None:
        length = int(self.headers["Content-Length"] or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        seen = Seen(line, self.headers["Idempotency-Key"], self.headers["Last-Event-ID"], body)
        self.replay.seen.append(seen)

    def _send(self, status: int, kind: str, body: str) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, body: str) -> None:
        """Send the events after Last-Event-ID, or some of them and then nothing more."""
        after = int(self.headers["Last-Event-ID"] or 0)
        events = [event for event in body.split("\n\n") if _number(event) > after]
        if not events:
            self._send(204, "text/event-stream", "")
            return
        told = events[: self.replay.cuts.pop(0)] if self.replay.cuts else events
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len("\n\n".join([*events, ""]).encode())))
        self.end_headers()
        self.wfile.write("\n\n".join([*told, ""]).encode())
        if self.replay.held is not None:
            self.wfile.flush()
            self.replay.held.wait()


def _number(event: str) -> int:
    """Return the number of an event; 0 of a comment."""
    match = re.search(r"^id: (\d+)$", event, re.MULTILINE)
    return int(match[1]) if match else 0
