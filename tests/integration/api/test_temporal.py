"""What Temporal is told of a job: limits of its activities, summaries and search attributes, and no word of a brief."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowFailureError

from tests.integration.api.installation import BRIEF, OPENAI, Installation
from tests.vendors.behaviour import Act, Behaviour
from tests.vendors.wire import VENDOR_TEXT
from workflows.search_attributes import COST_USD, ERROR_TYPE, JOB_STATUS, PAGE_ID, PROVIDER, TENANT

UNSET: Final = timedelta(0)
WORD_KEYS: Final = (JOB_STATUS, TENANT, PROVIDER, ERROR_TYPE, PAGE_ID)
WORDS: Final = frozenset(re.findall(r"[A-Za-z]{4,}", BRIEF["text"] + BRIEF["name"] + BRIEF["offer"]))
"""Words of the brief, which no summary may hold."""


async def history(client: Client, workflow: str) -> list[HistoryEvent]:
    return list((await client.get_workflow_handle(workflow).fetch_history()).events)


async def attributes(client: Client, workflow: str) -> dict[str, str | float]:
    found = (await client.get_workflow_handle(workflow).describe()).typed_search_attributes
    words: dict[str, str | float] = {key.name: found[key] for key in WORD_KEYS if key in found}
    return words | ({COST_USD.name: found[COST_USD]} if COST_USD in found else {})


async def closed(client: Client, workflow: str) -> None:
    """Wait for the end of a workflow that fails: it writes its outcome down last."""
    with pytest.raises(WorkflowFailureError):
        await client.get_workflow_handle(workflow).result()


def of_type(events: list[HistoryEvent], type_: EventType.ValueType) -> list[HistoryEvent]:
    return [event for event in events if event.event_type == type_]


async def summary(client: Client, event: HistoryEvent) -> str:
    (text,) = await client.data_converter.decode([event.user_metadata.summary], [str])
    return text


async def test_model_requests_carry_their_limits_and_nothing_else_ends_a_run(installation: Installation) -> None:
    async with installation.working():
        job = await installation.finished()
    events = await history(installation.client, job["id"])
    started = events[0].workflow_execution_started_event_attributes
    assert started.workflow_execution_timeout.ToTimedelta() == UNSET
    assert started.workflow_run_timeout.ToTimedelta() == UNSET
    scheduled = of_type(events, EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    requests = [event for event in scheduled if event.HasField("user_metadata")]
    assert len(requests) == 4
    for event in requests:
        told = event.activity_task_scheduled_event_attributes
        assert told.task_queue.name == "llm-openai"
        assert told.start_to_close_timeout.ToTimedelta() == timedelta(seconds=2 * 15 + 10), "two requests and 10 s"
        assert told.heartbeat_timeout.ToTimedelta() == timedelta(seconds=5)
        assert told.schedule_to_close_timeout.ToTimedelta() == UNSET, "a paused queue may hold work for days"
        assert told.retry_policy.maximum_attempts == 20


async def test_summaries_hold_ids_and_block_types_and_no_word_of_the_brief(installation: Installation) -> None:
    installation.vendor.always("section:features-1", Act(behaviour=Behaviour.REFUSAL))
    client = installation.client
    async with installation.working():
        failed = await installation.until_status(await installation.submit(), "failed")
        await installation.post(f"/api/ai/jobs/{failed['id']}/retry", {"model": "sandbox:template"})
        await installation.until_status(failed["id"], "completed")
    told = {
        await summary(client, event)
        for event in of_type(await history(client, failed["id"]), EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
        if event.HasField("user_metadata")
    }
    assert told == {"section:1 features, sandbox:template"}, "the second round writes what the first one could not"
    for workflow in (failed["id"], failed["deadLetterId"]):
        described = await client.get_workflow_handle(workflow).describe()
        text = await described.static_summary()
        assert text is not None
        assert failed["pageId"] in text or failed["id"] in text
        told.add(text)
    assert [(text, word) for text in told for word in WORDS if word in text] == []


async def test_search_attributes_follow_a_page_from_its_start_to_its_end(installation: Installation) -> None:
    job = await installation.get(f"/api/ai/jobs/{await installation.submit()}")
    start = {"JobStatus": "active", "Tenant": "owner", "PageId": job["pageId"]}
    assert await attributes(installation.client, job["id"]) == start
    async with installation.working():
        done = await installation.until_status(job["id"], "completed")
        await installation.client.get_workflow_handle(job["id"]).result()
    end = await attributes(installation.client, job["id"])
    assert end == start | {"JobStatus": "completed", "Provider": "openai", "CostUsd": done["receipt"]["costUsd"]}


async def test_search_attributes_say_why_a_round_failed(installation: Installation) -> None:
    installation.vendor.always("section:features-1", Act(behaviour=Behaviour.REFUSAL))
    async with installation.working():
        failed = await installation.until_status(await installation.submit(), "failed")
        await closed(installation.client, failed["id"])
    said = {
        "JobStatus": "failed",
        "Tenant": "owner",
        "PageId": failed["pageId"],
        "Provider": "openai",
        "ErrorType": "MODEL_ERROR",
        "CostUsd": failed["receipt"]["costUsd"],
    }
    assert await attributes(installation.client, failed["id"]) == said
    assert await attributes(installation.client, failed["deadLetterId"]) == said


async def test_a_request_in_flight_beats_every_second(installation: Installation) -> None:
    installation.vendor.always("outline", Act(behaviour=Behaviour.HANG))
    async with installation.working():
        job = await installation.submit()
        handle = installation.client.get_workflow_handle(job)
        beats: set[datetime] = set()

        async def has_beaten() -> bool:
            for pending in (await handle.describe()).raw_description.pending_activities:
                if pending.HasField("last_heartbeat_time"):
                    beats.add(pending.last_heartbeat_time.ToDatetime(tzinfo=UTC))
            return len(beats) > 3

        await installation.until(has_beaten)
        await installation.post(f"/api/ai/jobs/{job}/cancel")
        await installation.until_status(job, "cancelled")
    first, *_, last = sorted(beats)
    assert (last - first) / (len(beats) - 1) < timedelta(seconds=2.5)


async def test_no_history_holds_a_key_or_a_vendors_words(installation: Installation) -> None:
    client = installation.client
    installation.vendor.next("outline", Act(behaviour=Behaviour.SERVER_ERROR))
    installation.vendor.always("section:features-1", Act(behaviour=Behaviour.UNAUTHORIZED))
    async with installation.working():
        failed = await installation.until_status(await installation.submit(route=[OPENAI]), "failed")
        await closed(client, failed["id"])
    events = [event for name in (failed["id"], failed["deadLetterId"]) for event in await history(client, name)]
    told = "\n".join(str(event) for event in events)
    assert "AUTH_ERROR" in told
    assert "sk-test-openai" not in told
    assert VENDOR_TEXT not in told
    failures = [
        event.activity_task_failed_event_attributes.failure
        for event in of_type(events, EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED)
    ]
    assert failures
    assert all(len(failure.message) <= 500 for failure in failures)
