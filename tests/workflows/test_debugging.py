"""`jobs debug`: a history is downloaded and replayed with the code at hand; what does not replay is told."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from cli.debugging import debug_workflow
from cli.errors import UserError
from domain.ids import JobId, dead_letter_id
from domain.job import JobStatus
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.world import World


@pytest.fixture
async def failed(world: World, own_temporal_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JobId:
    """Return a job that failed, in the Temporal this process's environment names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMPORAL_ADDRESS", own_temporal_server)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PAGEWRIGHT_DATA_DIR", str(tmp_path))
    world.vendor.next("section:text-2", Act(behaviour=Behaviour.UNAVAILABLE))
    async with world.working():
        job = await world.submit(tries=1)
        await world.until_status(job, JobStatus.FAILED)
        return job


async def debug(name: str, history: Path | None = None) -> bool:
    return await asyncio.to_thread(debug_workflow, name, history, None)


async def test_a_job_and_its_dead_letter_replay_and_a_debugger_is_shown_the_way(
    failed: JobId, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (failed, dead_letter_id(failed, 1)):
        file = tmp_path / f"{name}.history.json"
        assert await debug(name)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        printed = capsys.readouterr().out
        assert f"✓ {name} replays: " in printed
        assert f"TEMPORAL_DEBUG=1 pagewright jobs debug {name} --history {file.name}" in printed


async def test_a_history_of_other_decisions_does_not_replay(
    failed: JobId, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"{failed}.history.json"
    await debug(failed)
    document = json.loads(file.read_text())
    for event in document["events"]:
        scheduled = event.get("activityTaskScheduledEventAttributes")
        if scheduled is not None and scheduled["activityType"]["name"] == "write_outline":
            scheduled["activityType"]["name"] = "write_section"
    file.write_text(json.dumps(document))
    assert not await debug(failed, file)
    assert f"✗ {failed} does not replay: " in capsys.readouterr().out


async def test_what_cannot_be_replayed_is_told(failed: JobId, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="Temporal has no workflow job_1"):
        await debug("job_1")
    with pytest.raises(UserError, match="cannot be read"):
        await debug(failed, tmp_path / "missing.json")
    (tmp_path / "other.json").write_text("{}")
    for content in ("no JSON", '{"events": 7}', "[]"):
        (tmp_path / "other.json").write_text(content)
        with pytest.raises(UserError, match="holds no workflow history"):
            await debug(failed, tmp_path / "other.json")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    with pytest.raises(UserError, match="Temporal does not answer"):
        await debug(failed)
