"""One answer for all who ask at once: who asks while it is being made waits for it, who asks later asks anew."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Something dear to make that anybody may ask for."""

    def __init__(self, make: Callable[[], Coroutine[Any, Any, T]]) -> None:
        """Answer with what `make` returns or raises."""
        self._make = make
        self._making: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """Return the answer. Who stops waiting does not stop it for the others."""
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(self._make())
        return await asyncio.shield(self._making)
