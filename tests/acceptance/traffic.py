"""Short pages of the sandbox, ordered one after the other while a test looks at what that sets off."""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

import httpx

from domain.route import SANDBOX_MODEL
from tests.acceptance.bench import JOBS, Bench

UNAVAILABLE: Final[Mapping[str, Any]] = {"errorRates": {"SERVICE_UNAVAILABLE": 1}}
"""Faults of a provider that is away."""

_EVERY_SECONDS: Final = 0.3


def order(bench: Bench, faults: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a request for a page of one section that nobody has asked for yet."""
    brief = {"text": "Harbour Bakery bakes sourdough bread in Example Bay.", "sections": ["features"]}
    audience = bench.order()["brief"]["audience"]
    return {
        "brief": brief | {"audience": audience},
        "route": [SANDBOX_MODEL],
        "tries": 1,
        **({} if faults is None else {"sandbox": dict(faults)}),
    }


@contextmanager
def traffic(bench: Bench, faults: Mapping[str, Any] | None = None) -> Generator[None]:
    """Order pages while the block lasts, with these faults."""
    over = threading.Event()
    refused: list[httpx.Response] = []

    def go_on() -> None:
        while not over.wait(_EVERY_SECONDS):
            answer = bench.stack.post(JOBS, order(bench, faults))
            if answer.status_code != HTTPStatus.ACCEPTED:
                refused.append(answer)

    sender = threading.Thread(target=go_on)
    sender.start()
    try:
        yield
    finally:
        over.set()
        sender.join()
    assert not refused, refused[0].text
