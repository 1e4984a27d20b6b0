"""Makes the page of every example brief with the offline sandbox, on the real stack, and holds it to its checks.

    .venv/bin/python examples/generate_all.py
    .venv/bin/python examples/generate_all.py --url http://127.0.0.1:3000 --token TOKEN

Without --url it runs a stack of its own in a temporary folder on free ports. It prints one line a page and writes
DIR/<slug>/index.html. The exit code is 0 only when every job completed and every page passed every check; advice is
counted, and left to the reader.
"""

import argparse
import asyncio
import socket
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.client.answers import Job, read
from cli.client.client import Api, connect
from cli.client.endpoint import Endpoint
from cli.client.follow import follow
from cli.client.page_answers import Check, Page, VersionDetail
from cli.errors import UserError
from cli.formats import count
from cli.live.job import DONE, stored_job
from cli.output import write_page
from cli.screen.render import print_cell, print_line, print_note
from cli.screen.table import Cell
from cli.verbs.generate import read_brief, submit
from embedded.errors import StackError
from embedded.signals import until_stopped
from embedded.stack import Stack
from settings import Settings

_BRIEFS: Final = Path(__file__).parent / "briefs"
_SANDBOX: Final = "sandbox:template"
_INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a brief; without a version, no more than its job."""

    brief: Path
    job: Job
    sections: int = 0
    checks: tuple[Check, ...] = ()
    file: Path | None = None

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks the page does not pass, without advice."""
        return tuple(check for check in self.checks if not check.passed and not check.is_advice)

    @property
    def advice(self) -> tuple[Check, ...]:
        """The advice on the page that it does not follow."""
        return tuple(check for check in self.checks if not check.passed and check.is_advice)

    @property
    def is_green(self) -> bool:
        """Whether the page was made and passes every check."""
        return self.job.status == DONE and not self.failed


def main() -> None:
    """Run as a program."""
    given = _arguments()
    try:
        made = asyncio.run(until_stopped(_make_all(given)))
    except (StackError, UserError) as error:
        sys.exit(f"Error: {error.message}\n{error.hint}".rstrip())
    if made is None:
        sys.exit(_INTERRUPTED)
    _print_sum(made)
    sys.exit(0 if made and all(each.is_green for each in made) else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("briefs", nargs="*", type=Path, metavar="BRIEF", help="without one, all of examples/briefs")
    parser.add_argument("--url", help="an API that runs already")
    parser.add_argument("--token", help="its owner's token")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where pages go (out)")
    given = parser.parse_args()
    if (given.url is None) != (given.token is None):
        parser.error("--url and --token belong together")
    return given


async def _make_all(given: argparse.Namespace) -> list[Made]:
    briefs: Sequence[Path] = given.briefs or sorted(_BRIEFS.iterdir())
    width = max(len(brief.stem) for brief in briefs)
    running = running_stack() if given.url is None else _endpoint(given.url, given.token)
    made: list[Made] = []
    async with running as to, connect(to, print_note) as api:
        print_line("Written by the offline sandbox, which is not AI.")
        for brief in briefs:
            made.append(await make(api, brief, given.out))
            _print_made(made[-1], width)
    return made


@asynccontextmanager
async def _endpoint(url: str, token: str) -> AsyncGenerator[Endpoint]:
    yield Endpoint(url.rstrip("/"), token)


@asynccontextmanager
async def running_stack() -> AsyncGenerator[Endpoint]:
    """Yield the API of a stack of its own, in a temporary folder on free ports, that knows the sandbox alone."""
    with tempfile.TemporaryDirectory(prefix="pagewright-examples-") as folder:
        api_port, temporal_port, temporal_ui_port, temporal_metrics_port, worker_metrics_port = _free_ports(5)
        settings = Settings(
            data_dir=Path(folder),
            database_url=None,
            token=None,
            public_url=None,
            api_host="127.0.0.1",
            api_port=api_port,
            temporal_port=temporal_port,
            temporal_ui_port=temporal_ui_port,
            temporal_metrics_port=temporal_metrics_port,
            worker_metrics_port=worker_metrics_port,
            default_route=None,
        )
        async with Stack(settings, print_note) as stack:
            yield Endpoint(stack.api_url, stack.token)


def _free_ports(many: int) -> list[int]:
    """Return loopback ports nobody listens on."""
    with ExitStack() as open_sockets:
        probes = [open_sockets.enter_context(socket.socket()) for _ in range(many)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


async def make(api: Api, brief: Path, out: Path) -> Made:
    """Make the page of a brief, wait for it and write it to a file."""
    job = await submit(api, {"brief": read_brief(None, brief), "model": _SANDBOX})
    async for _ in follow(api, job.id, print_note):
        pass
    job = await stored_job(api, job.id)
    if job.status != DONE:
        return Made(brief, job)
    page = read(Page, await api.get(f"/api/pages/{job.page_id}"))
    version = read(VersionDetail, await api.get(f"/api/pages/{job.page_id}/versions/{job.version}"))
    return Made(brief, job, len(version.document.sections), page.checks, await write_page(api, job, out))


def _print_made(made: Made, width: int) -> None:
    """Print the one line of a page, and beneath it what it does not pass."""
    tone, mark = ("good", "✓") if made.is_green else ("bad", "✗")
    parts = [f"{mark} {made.brief.stem:<{width}}"]
    if made.file is None:
        reason = f": {made.job.error_type}" if made.job.error_type else ""
        parts.append(f"{made.job.id} {made.job.status}{reason}")
    else:
        hard = [check for check in made.checks if not check.is_advice]
        parts += [f"{made.sections:>2} sections", f"{len(hard) - len(made.failed)} of {len(hard)} checks"]
        parts += [f"{len(made.advice)} advice" if made.advice else "no advice", _spent(made.job), str(made.file)]
    print_cell(Cell("  ".join(parts), tone))
    for check in made.failed:
        print_cell(Cell(f"    ✗ {check.name}: {check.message}", "bad"))
    for check in made.advice:
        print_cell(Cell(f"    i {check.name}: {check.message}", "held"))


def _spent(job: Job) -> str:
    if job.receipt is None:
        return "no receipt"
    tokens = job.receipt.prompt_tokens + job.receipt.completion_tokens
    return f"{count(tokens):>6} tokens  {(job.receipt.duration_ms or 0) / 1000:4.1f} s"


def _print_sum(made: Sequence[Made]) -> None:
    green = sum(each.is_green for each in made)
    tone = "good" if green == len(made) else "bad"
    print_cell(Cell(f"{green} of {len(made)} pages made, with every check passed.", tone))


if __name__ == "__main__":
    main()
