from collections.abc import AsyncGenerator, Iterable

import pytest

from cli.client.sse import Message, messages

BODY = (
    'id: 1\nevent: submitted\ndata: {}\n\n: keep-alive\n\nid: 2\r\nevent: step.done\r\ndata: {"a":\r\n'
    'data: "Grüße\u2028\x85"}\r\n\r\nid: 3\ndata: cut off'
).encode()


async def parts(chunks: Iterable[bytes]) -> AsyncGenerator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.mark.parametrize("size", [1, 2, 7, len(BODY)])
async def test_messages_come_whole_however_the_bytes_arrive(size: int) -> None:
    chunks = [BODY[start : start + size] for start in range(0, len(BODY), size)]
    assert [message async for message in messages(parts(chunks))] == [
        Message("1", "submitted", "{}"),
        Message("2", "step.done", '{"a":\n"Grüße\u2028\x85"}'),
    ]
