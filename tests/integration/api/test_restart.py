"""The retry of a cancelled job whose workflow has not closed yet."""

from datetime import UTC, datetime

from domain.ids import JobId, PageId
from domain.job import JobStatus
from tests.integration.api.installation import Installation


async def closed_but_for_its_workflow(installation: Installation, job: JobId) -> None:
    """Do what the last activity of a cancelled job does; no worker runs that could close its workflow."""
    async with installation.database.write() as uow:
        row = await uow.jobs.lock(job)
        assert row is not None
        row.status, row.finished_at = JobStatus.CANCELLED, datetime.now(UTC)
        await uow.pages.release(PageId(row.page_id), job)


async def test_a_retry_does_not_take_the_run_before_for_its_own(installation: Installation) -> None:
    job = await installation.submit()
    await closed_but_for_its_workflow(installation, job)
    path = f"/api/ai/jobs/{job}/retry"
    early = await installation.post(path, {}, key="again")
    assert (early.status_code, early.json()["code"]) == (503, "temporal_unavailable")
    shown = await installation.get(f"/api/ai/jobs/{job}")
    assert (shown["status"], shown["round"]) == ("cancelled", 1)
    await installation.client.get_workflow_handle(job).terminate()
    again = await installation.post(path, {}, key="again")
    assert again.status_code == 202, again.text
    async with installation.working():
        done = await installation.until_status(job, "completed")
    assert done["round"] == 2
