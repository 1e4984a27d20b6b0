"""The whole embedded stack as one async context manager."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from embedded.children import LOOPBACK, embedded_children, temporal_address
from embedded.data_directory import DataDirectory, open_data_directory, owner_token
from embedded.ports import Port, ports_of, require_free
from embedded.process import ChildSpec
from embedded.progress import Progress
from embedded.supervisor import RestartPolicy, Supervisor
from settings import Settings

ChildFactory = Callable[[Settings, DataDirectory, Progress], Awaitable[tuple[ChildSpec, ...]]]


class Stack:
    """Temporal, a worker and the API, running while the context lasts.

    Entering raises StackError when the data directory is in use or not writable, a port is taken, Temporal's binary
    cannot be got, or a child does not come up; nothing is left running then. Leaving stops the children, the last one
    first; cancelling that kills them. Use it from the main thread (see `Child`).
    """

    def __init__(
        self,
        settings: Settings,
        on_progress: Progress,
        *,
        children: ChildFactory = embedded_children,
        ports: Iterable[Port] = (),
        restarts: RestartPolicy | None = None,
    ) -> None:
        """Prepare a stack; `children` says what runs in it, `restarts` how soon a dead child is started again.

        `ports` are those that its children listen on beside the ones every stack has.
        """
        self._settings = settings
        self._say = on_progress
        self._children = children
        self._ports = (*ports_of(settings), *ports)
        self._restarts = restarts or RestartPolicy()
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start everything and wait until it works."""
        async with AsyncExitStack() as started:
            self.data_directory = open_data_directory(self._settings.data_dir)
            started.enter_context(self.data_directory.locked())
            await require_free(self._ports)
            self.token = self._token()
            specs = await self._children(self._settings, self.data_directory, self._say)
            self._supervisor = Supervisor(specs, self.data_directory.logs, self._say, self._restarts)
            started.push_async_callback(self._supervisor.stop)
            await self._supervisor.start()
            self._exit = started.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything."""
        await self._exit.__aexit__(kind, error, trace)

    @property
    def api_url(self) -> str:
        """Base URL of the API, the studio and the docs."""
        return self._settings.public_url or self._settings.local_api_url

    @property
    def temporal_address(self) -> str:
        """host:port of Temporal."""
        return temporal_address(self._settings)

    @property
    def ui_url(self) -> str:
        """Base URL of the Temporal Web UI."""
        return self._settings.temporal_ui_url or f"http://{LOOPBACK}:{self._settings.temporal_ui_port}"

    @property
    def pids(self) -> Mapping[str, int]:
        """Process ids of the children that run now, by name: `temporal`, `worker`, `api` and what is beside them."""
        return self._supervisor.pids

    @property
    def token_place(self) -> str:
        """Where the token that the API takes stands: a file, or the variable that is set instead."""
        return "PAGEWRIGHT_TOKEN" if self._settings.token is not None else str(self.data_directory.token_file)

    def _token(self) -> str:
        if self._settings.token is not None:
            return self._settings.token.get_secret_value()
        return owner_token(self.data_directory)
