"""Whom Alertmanager notifies, on loopback: what stands for Slack, PagerDuty, webhooks and a mail server in tests.

    with Receiver() as receiver:
        ...                                        # notifications are sent to f"{receiver.url}/slack"
        receiver.await_one(lambda posted: posted.path == "/slack")

`MailServer` does the same for mail.
"""

import json
import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

_PATIENCE_SECONDS: Final = 30.0
_LOOK_EVERY_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Posted:
    """One request: its path, and its body from JSON."""

    path: str
    body: dict[str, Any]

    @property
    def alerts(self) -> set[str]:
        """Names of the alerts in a webhook's body."""
        return {alert["labels"]["alertname"] for alert in self.body["alerts"]}

    @property
    def attachment(self) -> dict[str, Any]:
        """What Slack shows."""
        (shown,) = self.body["attachments"]
        return shown


class Receiver:
    """Takes every POST of JSON on a port of 127.0.0.1, and keeps them in order."""

    def __init__(self) -> None:
        self._posted: list[Posted] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_LOOK_EVERY_SECONDS,))

    @property
    def url(self) -> str:
        """Where it listens, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def posted(self) -> tuple[Posted, ...]:
        """What arrived so far."""
        return tuple(self._posted)

    def to(self, path: str) -> tuple[Posted, ...]:
        """Return what arrived so far at a path."""
        return tuple(posted for posted in self.posted if posted.path == path)

    def await_one(self, matches: Callable[[Posted], bool], seconds: float = _PATIENCE_SECONDS) -> Posted:
        """Return the first that matches, now or within so many seconds. Fails the test when none comes."""
        deadline = time.monotonic() + seconds
        while True:
            for posted in self.posted:
                if matches(posted):
                    return posted
            assert time.monotonic() < deadline, f"nothing that matches came within {seconds:g} s, only {self.posted}"
            time.sleep(_LOOK_EVERY_SECONDS)

    def __enter__(self) -> Self:
        """Start listening."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        posted = self._posted

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the name the standard library asks for
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                posted.append(Posted(self.path, body))
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
                """Say nothing: what arrived is kept."""

        return Handler


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail on a port of 127.0.0.1 without TLS or login, and keeps it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mail: list[EmailMessage] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(_LOOK_EVERY_SECONDS,))

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_address[1]}"

    def await_mail(self, seconds: float = _PATIENCE_SECONDS) -> EmailMessage:
        """Return the first mail, now or within so many seconds. Fails the test when none comes."""
        deadline = time.monotonic() + seconds
        while not self.mail:
            assert time.monotonic() < deadline, f"no mail came within {seconds:g} s"
            time.sleep(_LOOK_EVERY_SECONDS)
        return self.mail[0]

    def __enter__(self) -> Self:
        """Start listening."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Smtp(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs that sends a mail at a time."""

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            match line.split()[0].upper():
                case b"DATA":
                    self._take()
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        assert isinstance(self.server, MailServer)
        self.server.mail.append(message_from_bytes(b"".join(lines), EmailMessage, policy=policy.default))
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
