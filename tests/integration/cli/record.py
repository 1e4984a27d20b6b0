"""Records what the API answers, for the tests in this folder: `python -m tests.integration.cli.record`.

Needs a fresh stack (`PAGEWRIGHT_DATA_DIR=$(mktemp -d) pagewright up`) and the same environment. The sandbox model
writes, so a recording costs nothing.
"""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

import httpx

from cli.client.endpoint import endpoint
from cli.configuration import load_settings

RECORDING: Final = Path(__file__).with_name("recorded.json")
BRIEF: Final = """---
name: Tidewater Bakery
offer: Sourdough bread and cinnamon buns, baked every day
contact:
  phone: 555-0134
opening_hours:
  - days: Mon-Fri
    hours: 6:00-18:00
sections: [hero, contact]
---
A bakery in a small harbour town.
"""
_ENOUGH: Final = 10_000
"""Characters of an HTML page that tell it from another one."""

FAULTS: Final = {"errorRates": {"AUTH_ERROR": 1}}


class Recorder:
    """Asks, and keeps each answer under its request line; of two answers to one request, the last."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.answers: dict[str, dict[str, Any]] = {}

    async def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        response = await self._http.request(method, path, json=body)
        kind = response.headers.get("content-type", "").partition(";")[0]
        is_json = bool(response.content) and kind.endswith("json")
        content: Any = response.json() if is_json else response.text[:_ENOUGH] if kind.startswith("text/") else ""
        self.answers[f"{method} {path}"] = {"status": response.status_code, "type": kind, "body": content}
        return content["data"] if is_json and response.is_success else {}

    async def job(self, path: str, body: object) -> dict[str, Any]:
        """Begin a job and return it when its story is at its end."""
        begun = await self.ask("POST", path, body)
        await self.ask("GET", f"{begun['links']['self']}/events")
        return await self.ask("GET", begun["links"]["self"])


async def record() -> None:
    """Go through a page's life and a failure's, and write the answers down."""
    to = endpoint(load_settings())
    headers = {"Authorization": f"Bearer {to.token}"}
    async with httpx.AsyncClient(base_url=to.url, headers=headers, timeout=60) as http:
        recorder = Recorder(http)
        page = await _page(recorder)
        await _failure(recorder)
        for path in ("/api/ai/jobs?limit=20", "/api/ai/jobs?status=failed&limit=1", "/api/pages?limit=20"):
            await recorder.ask("GET", path)
        await recorder.ask("GET", "/api/ai/jobs/job_00000000000000000000000000")
        await recorder.ask("DELETE", page)
    RECORDING.write_text(json.dumps(recorder.answers, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


async def _page(recorder: Recorder) -> str:
    job = await recorder.job("/api/ai/jobs", {"brief": BRIEF})
    page = job["links"]["page"]
    await recorder.ask("POST", f"{job['links']['self']}/pause", {})
    await recorder.job(f"{page}/revise", {"section": 1, "instruction": "Shorter.", "baseVersion": 1})
    for path in (page, f"{page}/versions?limit=10", f"{page}/versions/2", job["links"]["html"], f"{page}/export.zip"):
        await recorder.ask("GET", path)
    await recorder.ask("POST", f"{page}/publish", {})
    await recorder.ask("POST", "/api/ai/jobs?refused", {"brief": "", "maxCostUsd": 0})
    return page


async def _failure(recorder: Recorder) -> None:
    failed = await recorder.job("/api/ai/jobs?failing", {"brief": BRIEF, "sandbox": FAULTS})
    letter = failed["deadLetterId"]
    for path in ("/api/ai/dlq?status=open&limit=20", f"/api/ai/dlq/{letter}"):
        await recorder.ask("GET", path)
    await recorder.ask("POST", f"/api/ai/dlq/{letter}/retry", {"force": True})
    await recorder.ask("GET", f"{failed['links']['self']}/events")
    second = f"{letter.rpartition('_')[0]}_2"
    await recorder.ask("POST", f"/api/ai/dlq/{second}/discard", {"reason": "Not wanted any more."})


if __name__ == "__main__":
    asyncio.run(record())
