"""The command line against an API elsewhere: all it has is an address and a token."""

import asyncio
import os
import sys
from pathlib import Path
from secrets import token_hex
from typing import Final

from domain.access import Scope
from tests.integration.api.installation import Installation
from tests.integration.api.tokens import issuer_of, minted

ROOT: Final = Path(__file__).resolve().parents[3]
_ESCAPE: Final = "\x1b"


async def pagewright(*arguments: str, url: str, token: str, elsewhere: Path) -> tuple[int, str, str]:
    """Run a verb as a process whose own data directory holds nothing; return its code and what it printed."""
    own = {
        "PAGEWRIGHT_URL": url,
        "PAGEWRIGHT_TOKEN": token,
        "PAGEWRIGHT_DATA_DIR": str(elsewhere),
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm-256color",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PAGEWRIGHT_", "TEMPORAL_"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", *arguments),
        cwd=elsewhere,
        env=inherited | own,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_another_tenant_s_token_works_from_elsewhere_and_its_limits_are_told(
    installation: Installation, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    scopes = frozenset({Scope.JOBS_READ, Scope.PAGES_READ})
    token = (await minted(issuer_of(installation.settings, installation.database), "orchard", scopes=scopes)).token
    url = str(installation.http.base_url)
    mine = await installation.submit()

    listed = await pagewright("jobs", "list", url=url, token=token, elsewhere=elsewhere)
    assert listed[0] == 0, listed
    assert mine not in listed[1], "the owner's job"
    refused = await pagewright(
        "schedules",
        "create",
        "offer",
        "--page",
        "page_1",
        "--cron",
        "@daily",
        url=url,
        token=token,
        elsewhere=elsewhere,
    )
    assert refused[0] == 1
    assert "needs a token with the scope jobs.write" in refused[2]
    missing = await pagewright("jobs", "view", mine, url=url, token=token, elsewhere=elsewhere)
    assert missing[0] == 1
    assert f"there is no job {mine}" in missing[2]
    assert "pagewright jobs list" in missing[2], "the hint"
    strange = await pagewright("jobs", "list", url=url, token=token_hex(), elsewhere=elsewhere)
    assert strange[0] == 1
    assert "PAGEWRIGHT_TOKEN" in strange[2], "the hint"
    assert not [out for done in (listed, refused, missing, strange) for out in done[1:] if _ESCAPE in out]
    assert list(elsewhere.iterdir()) == []


async def test_a_table_off_a_terminal_has_no_colours(installation: Installation, tmp_path: Path) -> None:
    job = await installation.submit()
    token = str(installation.http.headers["Authorization"]).removeprefix("Bearer ")
    code, out, err = await pagewright(
        "jobs", "list", url=str(installation.http.base_url), token=token, elsewhere=tmp_path
    )
    assert (code, err) == (0, "")
    assert job in out
    assert _ESCAPE not in out
