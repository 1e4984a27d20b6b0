"""Dead letters in bulk over HTTP: what a filter means, what it would cost, and that it is done once."""

from datetime import UTC, datetime
from typing import Any

from domain.access import Scope
from domain.batch import BatchKind
from domain.errors import ErrorType
from domain.ids import JobId
from domain.job import JobStatus
from tests.integration.api.installation import OPENAI, Installation
from tests.integration.api.tokens import issuer_of, minted
from tests.integration.storage.rows import ended_row, letter_row, page_row, store
from tests.vendors.behaviour import Act, Behaviour
from tests.workflows.batches import new_batch

_SECTION = "section:text-2"
RETRY, DISCARD = "/api/ai/dlq/retry", "/api/ai/dlq/discard"


async def failed(installation: Installation, act: Behaviour, count: int) -> list[JobId]:
    """Make jobs that fail at one of their sections."""
    installation.vendor.always(_SECTION, Act(behaviour=act))
    jobs = [await installation.submit(tries=1) for _ in range(count)]
    for job in jobs:
        await installation.until_status(job, "failed")
    installation.vendor.always(_SECTION, Act())
    return jobs


async def until_closed(installation: Installation, path: str) -> dict[str, Any]:
    async def closed() -> bool:
        return (await installation.get(path))["finishedAt"] is not None

    await installation.until(closed, 60)
    return await installation.get(path)


async def test_a_filter_is_counted_first_and_then_retried_once_each(installation: Installation) -> None:
    async with installation.working():
        away = await failed(installation, Behaviour.UNAVAILABLE, 3)
        refused = await failed(installation, Behaviour.UNAUTHORIZED, 1)
        counted = await installation.post(RETRY, {"all": True, "dryRun": True})
        assert counted.status_code == 200, counted.text
        assert counted.json()["data"]["count"] == counted.json()["data"]["canRetry"] == 3
        assert counted.json()["data"]["retryEstimateUsd"] > 0, counted.text
        forced = await installation.post(RETRY, {"all": True, "dryRun": True, "force": True})
        assert forced.json()["data"]["byErrorType"] == {"AUTH_ERROR": 1, "SERVICE_UNAVAILABLE": 3}
        assert (await installation.get("/api/ai/batches"))["batches"] == [], "a dry run does nothing"

        body = {"provider": "openai", "perSecond": 20}
        first = await installation.post(RETRY, body, key="k1")
        again = await installation.post(RETRY, body, key="k1")
        assert first.status_code == 202, first.text
        assert again.json()["data"]["id"] == first.json()["data"]["id"]
        done = await until_closed(installation, first.headers["location"])
    assert (done["kind"], done["total"], done["counts"]["completed"]) == ("retry", 3, 3), done
    assert done["costUsd"] > 0
    for job in away:
        assert (await installation.get(f"/api/ai/jobs/{job}"))["round"] == 2
    assert (await installation.get(f"/api/ai/jobs/{refused[0]}"))["round"] == 1


async def test_named_ones_are_discarded_with_a_reason(installation: Installation) -> None:
    async with installation.working():
        one, other, kept = await failed(installation, Behaviour.UNAVAILABLE, 3)
        body = {"ids": [one, f"dlq_{other}_1"], "reason": "The offer is over."}
        done = await until_closed(installation, (await installation.post(DISCARD, body)).headers["location"])
    assert (done["kind"], done["counts"]["completed"], done["reason"]) == ("discard", 2, "The offer is over.")
    letter = await installation.get(f"/api/ai/dlq/{one}")
    assert (letter["status"], letter["reason"]) == ("discarded", "The offer is over.")
    left = await installation.get("/api/ai/dlq")
    assert [entry["jobId"] for entry in left["entries"]] == [kept]


async def test_another_route_takes_those_that_the_same_one_would_not_mend(installation: Installation) -> None:
    async with installation.working():
        await failed(installation, Behaviour.UNAUTHORIZED, 1)
        counted = await installation.post(RETRY, {"all": True, "dryRun": True, "model": "sandbox:template"})
        assert counted.json()["data"]["count"] == 1
        started = await installation.post(RETRY, {"errorType": "AUTH_ERROR", "model": "sandbox:template"})
        done = await until_closed(installation, started.headers["location"])
    assert done["counts"]["completed"] == 1


async def test_what_a_retry_leaves_out_is_told_by_what_it_needs(installation: Installation) -> None:
    now, page = datetime.now(UTC), page_row()
    jobs = [ended_row(page, status=JobStatus.FAILED, at=now) for _ in range(5)]
    letters = [letter_row(job, at=now) for job in jobs]
    refused = {
        0: (ErrorType.AUTH_ERROR, "the key is refused"),
        1: (ErrorType.COST_LIMIT, "that passes the cap of 0.1 USD a job"),
        2: (ErrorType.COST_LIMIT, "the installation's cap for today is reached; it begins anew at 2026-05-05"),
        3: (ErrorType.MODEL_ERROR, None),
    }
    for number, (kind, message) in refused.items():
        letters[number].error_type, letters[number].error_message, letters[number].can_retry = kind, message, False
    await store(installation.database, page, *jobs, *letters)
    ids = [*(job.id for job in jobs), "job_unknown", letters[0].id]
    skipped = {"higher_cap": 1, "next_day": 1, "other_route": 2}
    counted = (await installation.post(RETRY, {"ids": ids, "dryRun": True})).json()["data"]
    assert (counted["count"], counted["skipped"], counted["notFound"]) == (1, skipped, ["job_unknown"])
    forced = (await installation.post(RETRY, {"all": True, "dryRun": True, "force": True})).json()["data"]
    assert (forced["count"], forced["skipped"], forced["notFound"]) == (5, {}, [])
    nothing = await installation.post(RETRY, {"errorType": "COST_LIMIT"})
    assert nothing.json()["code"] == "nothing_to_do"
    assert "1 with a higher maxCostUsd, 1 on the next day (UTC)" in nothing.json()["detail"]
    begun = (await installation.post(RETRY, {"ids": ids})).json()["data"]
    batch = await installation.get(f"/api/ai/batches/{begun['id']}")
    for told in (begun, batch):
        assert (told["total"], told["skipped"], told["notFound"]) == (1, skipped, ["job_unknown"])


async def test_a_filter_says_which_and_finds_something(installation: Installation) -> None:
    for path in (RETRY, DISCARD):
        unsaid = await installation.post(path, {})
        assert (unsaid.status_code, unsaid.json()["code"]) == (422, "invalid_request")
        nothing = await installation.post(path, {"all": True})
        assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_do")
    unknown = await installation.post(RETRY, {"all": True, "model": f"{OPENAI}-unknown"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_model")


async def test_a_batch_of_dead_letters_is_steered_with_the_scope_of_dead_letters(installation: Installation) -> None:
    """Who may not retry dead letters must not let a paused retry of a thousand go on, and the other way round."""
    issuer = issuer_of(installation.settings, installation.database)
    ways = {
        BatchKind.SUBMIT: (Scope.JOBS_WRITE, Scope.DLQ_WRITE),
        BatchKind.RETRY: (Scope.DLQ_WRITE, Scope.JOBS_WRITE),
        BatchKind.DISCARD: (Scope.DLQ_WRITE, Scope.JOBS_WRITE),
    }
    for kind, (right, wrong) in ways.items():
        batch = new_batch(kind, tenant="harbour")
        async with installation.database.write() as uow:
            uow.batches.add(batch)
        for verb in ("pause", "resume", "cancel"):
            for scope, status in ((wrong, 403), (right, 202)):
                token = (await minted(issuer, scopes=frozenset({scope}))).token
                headers = {"Authorization": f"Bearer {token}"}
                answer = await installation.http.post(f"/api/ai/batches/{batch.id}/{verb}", headers=headers)
                assert answer.status_code == status, (kind, verb, scope, answer.text)
                if status == 403:
                    assert f'scope="{right}"' in answer.headers["www-authenticate"]
