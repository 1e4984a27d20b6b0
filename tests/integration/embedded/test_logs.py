"""All that the worker and the API log while they make pages, fail and refuse: ids and figures, no words and no keys."""

import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from pydantic import SecretStr

from embedded.stack import Stack
from settings import Settings, VendorSettings
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.server import FakeVendor
from tests.vendors.wire import VENDOR_TEXT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MARK: Final = "Zqx"
"""A word of every brief, instruction and reason here, and of nothing else."""
PHONE: Final = "+1 555 0142"
KEY: Final = "sk-zq-key-of-the-vendor"
BRIEF: Final[dict[str, Any]] = {
    "text": f"{MARK} Bakery bakes 12 kinds of sourdough bread in Example Bay.",
    "name": f"{MARK} Bakery",
    "language": "en",
    "contact": {"phone": PHONE, "email": f"{MARK}@example.com"},
}
FAILING: Final = "section:text-2"


@dataclass(frozen=True)
class Told:
    """What a stack logged, and the token it was asked with."""

    lines: dict[str, list[str]]
    token: str
    job: str

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for name in ("worker", "api") for line in self.lines[name]]


class Reader:
    """Asks an API for things that go well and things that do not."""

    def __init__(self, http: httpx.AsyncClient, vendor: FakeVendor) -> None:
        self._http = http
        self._vendor = vendor

    async def make_a_page_go_wrong_and_right(self) -> str:
        """Return the id of a job that met faults, a bad answer and a dead letter before it was done."""
        self._vendor.next("outline", Act(behaviour=Behaviour.SERVER_ERROR), Act(behaviour=Behaviour.WRONG_SCHEMA))
        self._vendor.next(FAILING, Act(behaviour=Behaviour.UNAUTHORIZED))
        job = (await self._post("/api/ai/jobs", {"brief": BRIEF}, 202))["id"]
        await self._until(job, "failed")
        await self._post(f"/api/ai/jobs/{job}/retry", {"force": True}, 202)
        done = await self._until(job, "completed")
        page = f"/api/pages/{done['pageId']}"
        revision = {"section": 1, "instruction": f"Praise {MARK} more.", "baseVersion": 1}
        await self._until((await self._post(f"{page}/revise", revision, 202))["id"], "completed")
        await self._http.delete(page)
        return job

    async def be_refused(self) -> None:
        """Send what cannot be taken, each with words that must not be repeated."""
        await self._post("/api/ai/jobs", {"brief": {"text": MARK, MARK: 1}}, 422)
        await self._post("/api/ai/jobs", {"brief": f"---\n{MARK}: [\n---\n"}, 422)
        json_type = {"Content-Type": "application/json"}
        await self._http.post("/api/ai/jobs", content=f'{{"brief": "{MARK}', headers=json_type)
        await self._http.get("/api/pages", headers={"Authorization": f"Bearer {MARK}"})

    async def _post(self, path: str, body: dict[str, Any], status: int) -> dict[str, Any]:
        response = await self._http.post(path, json=body)
        assert response.status_code == status, response.text
        return response.json().get("data", {})

    async def _until(self, job: str, status: str) -> dict[str, Any]:
        async with self._http.stream("GET", f"/api/ai/jobs/{job}/events") as events:
            async for _ in events.aiter_lines():
                pass
        found = (await self._http.get(f"/api/ai/jobs/{job}")).json()["data"]
        assert found["status"] == status
        return found


@pytest.fixture
async def told(tmp_path: Path, free_port: Callable[[], int], temporal_binary: Path) -> AsyncGenerator[Told]:
    """Return what a stack of its own logged about a page and some refusals, from its start to its stop."""
    async with FakeVendor() as vendor:
        settings = Settings(
            data_dir=tmp_path / "data",
            temporal_cli=temporal_binary,
            temporal_port=free_port(),
            temporal_ui_port=free_port(),
            temporal_metrics_port=free_port(),
            worker_metrics_port=free_port(),
            api_port=free_port(),
            models=("openai:gpt-6-luna",),
            vendors=VendorSettings(openai_api_key=SecretStr(KEY), openai_base_url=vendor.openai_url),
        )
        async with Stack(settings, lambda _: None) as stack:
            headers = {"Authorization": f"Bearer {stack.token}"}
            async with httpx.AsyncClient(base_url=stack.api_url, headers=headers, trust_env=False, timeout=60) as http:
                reader = Reader(http, vendor)
                job = await reader.make_a_page_go_wrong_and_right()
                await reader.be_refused()
            logs = stack.data_directory.logs
        lines = {file.stem: file.read_text().splitlines() for file in logs.glob("*.log")}
        yield Told(lines, stack.token, job)


async def test_logs_carry_ids_and_no_word_of_a_brief_and_no_key(told: Told) -> None:
    assert {"worker", "api", "temporal"} <= told.lines.keys()
    everything = "\n".join(line for lines in told.lines.values() for line in lines)
    for secret in (MARK, PHONE, KEY, told.token, VENDOR_TEXT):
        assert secret not in everything, next(line for line in everything.splitlines() if secret in line)
    of_sections = [entry for entry in told.entries if entry.get("activity") == "write_section"]
    assert {entry["level"] for entry in of_sections} == {"info", "warning"}, "done, or a refused key"
    assert all({"job", "tenant", "workflow", "run", "attempt"} <= entry.keys() for entry in of_sections)
    done = [entry for entry in told.entries if entry["event"] == "activity done" and entry["job"] == told.job]
    assert {entry["activity"] for entry in done} >= {"begin_round", "write_outline", "write_section", "finish_page"}
    requests = [entry for entry in told.entries if entry["event"] == "request" and entry.get("job") == told.job]
    assert {entry["tenant"] for entry in requests} == {"owner"}
    assert {"/api/ai/jobs", f"/api/ai/jobs/{told.job}/retry"} <= {entry["path"] for entry in requests}
