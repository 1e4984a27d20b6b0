"""Dead letters over HTTP: what failed is held, taken up once, or given up."""

import asyncio
import time
from typing import Any

import pytest

from domain.ids import OWNER_TENANT, DeadLetterId
from tests.integration.api.installation import OPENAI, Installation
from tests.vendors.behaviour import Act, Behaviour

SANDBOX = "sandbox:template"


async def failed(installation: Installation, behaviour: Behaviour, **options: object) -> str:
    """Return a job whose last section failed. Needs a worker."""
    installation.vendor.always("section:text-2", Act(behaviour=behaviour))
    job = await installation.submit(tries=1, **options)
    await installation.until_status(job, "failed")
    installation.vendor.always("section:text-2", Act())
    return job


async def test_a_failed_round_is_held_with_what_it_finished(installation: Installation) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
    letter = (await installation.get("/api/ai/dlq"))["entries"][0]
    assert letter["dlqJobId"] == f"dlq_{job}_1"
    held = {name: letter[name] for name in ("jobId", "round", "status", "canRetry", "errorType", "step", "provider")}
    assert held == {
        "jobId": job,
        "round": 1,
        "status": "open",
        "canRetry": True,
        "errorType": "SERVICE_UNAVAILABLE",
        "step": "section:2",
        "provider": "openai",
    }
    assert (letter["attempts"], letter["finishedSections"], letter["plannedSections"]) == (4, 2, 3)
    assert 0 < letter["spentUsd"] < 1
    assert 0 < letter["retryEstimateUsd"] < 1
    assert await installation.get(f"/api/ai/dlq/{job}") == letter
    assert await installation.get(f"/api/ai/dlq/dlq_{job}_1") == letter
    assert (await installation.get(f"/api/ai/jobs/{job}"))["deadLetterId"] == letter["dlqJobId"]


async def test_lists_are_filtered_and_go_on_behind_their_cursor(installation: Installation) -> None:
    async with installation.working():
        jobs = [await failed(installation, Behaviour.UNAVAILABLE) for _ in range(2)]
        jobs.append(await failed(installation, Behaviour.REFUSAL))
    first = await installation.get("/api/ai/dlq", limit=2)
    second = await installation.get("/api/ai/dlq", limit=2, cursor=first["nextCursor"])
    assert [entry["jobId"] for page in (first, second) for entry in page["entries"]] == jobs[::-1]
    assert second["nextCursor"] is None
    refused = await installation.get("/api/ai/dlq", errorType="MODEL_ERROR")
    assert [entry["jobId"] for entry in refused["entries"]] == jobs[2:]
    assert (await installation.get("/api/ai/dlq", status="discarded"))["entries"] == []
    assert len((await installation.get("/api/ai/dlq", status="all", limit=10_000))["entries"]) == 3


@pytest.mark.parametrize("by", ["job", "letter"])
async def test_the_same_retry_sent_three_times_makes_one_round(installation: Installation, by: str) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
        path = f"/api/ai/dlq/{job if by == 'job' else f'dlq_{job}_1'}/retry"
        answers = await asyncio.gather(*(installation.post(path, {}, key="k") for _ in range(3)))
        late = await installation.post(path, {}, key="k")
        done = await installation.until_status(job, "completed")
    assert late.status_code == 202
    assert late.json()["data"] == {"jobId": job, "round": 2}
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert done["round"] == 2
    assert [call["step"] for call in done["calls"] if call["round"] == 2] == ["section:2"]
    assert (await installation.get("/api/ai/dlq"))["entries"] == []
    assert (await installation.get(f"/api/ai/dlq/{job}"))["status"] == "retried"


async def test_three_retries_without_a_key_make_one_round(installation: Installation) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
        answers = await asyncio.gather(*(installation.post(f"/api/ai/dlq/dlq_{job}_1/retry") for _ in range(3)))
        done = await installation.until_status(job, "completed")
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["code"] for problem in refused} == {"dead_letter_closed"}
    assert all("retried" in problem["detail"] for problem in refused)
    assert done["round"] == 2


async def test_a_job_is_retried_through_its_dead_letter(installation: Installation) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
        retried = await installation.post(f"/api/ai/jobs/{job}/retry", {}, key="k")
        assert (retried.status_code, retried.json()["data"]["round"]) == (202, 2)
        assert retried.headers["location"] == f"/api/ai/jobs/{job}"
        await installation.until_status(job, "completed")
        assert (await installation.post(f"/api/ai/jobs/{job}/retry", {}, key="k")).json() == retried.json()


async def test_what_fails_again_is_the_next_dead_letter_and_not_hit_by_the_old_key(
    installation: Installation,
) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
        installation.vendor.always("section:text-2", Act(behaviour=Behaviour.UNAVAILABLE))
        await installation.post(f"/api/ai/dlq/{job}/retry", {}, key="k")
        await installation.until(lambda: _is_held(installation, f"dlq_{job}_2"))
        again = await installation.post(f"/api/ai/dlq/{job}/retry", {}, key="k")
        assert again.json()["data"]["round"] == 2
        assert (await installation.get(f"/api/ai/dlq/dlq_{job}_2"))["status"] == "open"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 409),
        ({"route": [OPENAI]}, 409),
        ({"maxCostUsd": 0.1}, 409),
        ({"route": [SANDBOX]}, 202),
        ({"maxCostUsd": 0.9}, 202),
        ({"force": True}, 202),
    ],
)
async def test_what_the_same_route_will_do_again_needs_a_change(
    installation: Installation, change: dict[str, Any], status: int
) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.REFUSAL, maxCostUsd=0.5)
        response = await installation.post(f"/api/ai/dlq/{job}/retry", change)
        assert response.status_code == status, response.text
        if status == 409:
            assert response.json()["code"] == "not_retryable"
        else:
            await installation.until_status(job, "completed")


async def test_a_retry_refuses_what_a_submit_refuses(installation: Installation) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
    for change, field in (({"model": "openai:gpt-2"}, "model"), ({"maxCostUsd": 5}, "maxCostUsd"), ({"x": 1}, "x")):
        response = await installation.post(f"/api/ai/dlq/{job}/retry", change)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == field


async def test_a_discarded_round_stays_on_the_books(installation: Installation) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
        before = await installation.get(f"/api/ai/dlq/{job}")
        response = await installation.post(f"/api/ai/dlq/{job}/discard", {"reason": "The offer is over."}, key="k")
        assert response.status_code == 200
        letter = response.json()["data"]
        assert (letter["status"], letter["reason"]) == ("discarded", "The offer is over.")
        assert letter["spentUsd"] == before["spentUsd"]
        assert letter["closedAt"] is not None
        assert (
            await installation.post(f"/api/ai/dlq/{job}/discard", {"reason": "The offer is over."}, key="k")
        ).json()["data"] == letter
        for action in (f"dlq/{job}/retry", f"dlq/{job}/discard", f"jobs/{job}/retry"):
            late = await installation.post(f"/api/ai/{action}")
            assert (late.status_code, late.json()["code"]) == (409, "dead_letter_closed")
            assert "discarded" in late.json()["detail"]


async def test_without_a_worker_a_retry_says_so_in_time_and_may_be_sent_again(installation: Installation) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
    started = time.monotonic()
    response = await installation.post(f"/api/ai/dlq/{job}/retry", {}, key="k")
    assert time.monotonic() - started < 6
    assert (response.status_code, response.json()["code"]) == (503, "temporal_unavailable")
    assert response.headers["retry-after"].isdecimal()
    async with installation.working():
        await installation.until(lambda: _is_accepted(installation, job))
        done = await installation.until_status(job, "completed")
    assert done["round"] == 2


async def test_a_retry_whose_answer_was_lost_is_answered_when_it_is_sent_again(installation: Installation) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
        first = await installation.post(f"/api/ai/dlq/{job}/retry", {}, key="k")
        async with installation.database.write() as uow:
            row = await uow.idempotency.get(OWNER_TENANT, f"POST /api/ai/dlq/{job}/retry", "k")
            assert row is not None
            row.status_code, row.body, row.locked_until = None, None, None
        again = await installation.post(f"/api/ai/dlq/{job}/retry", {}, key="k")
        assert (again.status_code, again.json()) == (202, first.json())
        assert (await installation.until_status(job, "completed"))["round"] == 2


async def test_a_closed_dead_letter_workflow_is_named_with_what_is_stored(installation: Installation) -> None:
    async with installation.working():
        job = await failed(installation, Behaviour.UNAVAILABLE)
    await installation.client.get_workflow_handle(DeadLetterId(f"dlq_{job}_1")).terminate()
    response = await installation.post(f"/api/ai/dlq/{job}/retry")
    assert (response.status_code, response.json()["code"]) == (409, "dead_letter_closed")
    assert "open" in response.json()["detail"]


async def _is_held(installation: Installation, letter: str) -> bool:
    return (await installation.http.get(f"/api/ai/dlq/{letter}")).status_code == 200


async def _is_accepted(installation: Installation, job: str) -> bool:
    return (await installation.post(f"/api/ai/dlq/{job}/retry", {}, key="k")).status_code == 202
