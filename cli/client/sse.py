"""Server-sent events as they come over the wire.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, without lone carriage
returns as line ends, which no server sends.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `id` is "" where it had none."""

    id: str
    event: str
    data: str


async def messages(chunks: AsyncIterator[bytes]) -> AsyncIterator[Message]:
    """Return the messages in a body, each as soon as it is whole. One that is cut off is dropped.

    Lines end at line feeds only: a heading may hold any other separator Unicode knows.
    """
    lines: list[str] = []
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for raw in whole:
            line = raw.removesuffix(b"\r").decode(errors="replace")
            if line:
                lines.append(line)
                continue
            if message := _message(lines):
                yield message
            lines.clear()


def _message(lines: list[str]) -> Message | None:
    """Return the message of the lines before an empty one; None when they were comments only."""
    fields: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields.setdefault(name, []).append(value.removeprefix(" "))
    if "data" not in fields:
        return None
    return Message(fields.get("id", [""])[-1], fields.get("event", ["message"])[-1], "\n".join(fields["data"]))
