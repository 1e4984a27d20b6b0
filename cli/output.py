"""Pages taken out of the API into files."""

import re
from pathlib import Path
from typing import Final

from cli.client.answers import Job, read
from cli.client.client import Api
from cli.client.page_answers import Page
from cli.errors import UserError

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


async def write_page(api: Api, job: Job, out: Path) -> Path:
    """Write the version a job made to `out`/<slug>/index.html and return that path."""
    file = out / await slug_of(api, job.page_id) / "index.html"
    return write(file, await api.download(job.links.html or f"/api/pages/{job.page_id}/html"))


async def slug_of(api: Api, page_id: str) -> str:
    """Return a page's slug. Raises UserError when it has none that could name a file: no version was made yet."""
    slug = read(Page, await api.get(f"/api/pages/{page_id}")).slug
    if slug is None or not _SLUG.fullmatch(slug):
        message = f"{page_id} has no version yet."
        raise UserError(message, f"`pagewright pages view {page_id}` shows its open job.")
    return slug


def write(file: Path, content: bytes) -> Path:
    """Write a file, its directory too. Raises UserError when that cannot be done."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror or error}."
        raise UserError(message, "Name another place with --out.") from error
    return file
