"""What the document says beyond what FastAPI does."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from api.reference import REFERENCE
from tests.unit.api.fitting import fits

DOCUMENT: Final[dict[str, Any]] = json.loads(REFERENCE.read_text())
"""Held to the code by test_reference.py."""


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def links(name: str, status: str) -> dict[str, Any]:
    return dict(operations())[name]["responses"][status]["links"]


def takes(schema: str, body: dict[str, Any]) -> bool:
    reference = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    return fits(body, reference)


def test_a_link_gives_every_parameter_of_the_path_it_leads_to() -> None:
    by_id = {operation["operationId"]: operation for _, operation in operations()}
    followed: set[str] = set()
    for name, operation in operations():
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                target = by_id[link["operationId"]]
                needed = {it["name"] for it in target["parameters"] if it["in"] == "path"}
                assert link["parameters"].keys() == needed, name
                followed.add(link["operationId"])
    in_a_path = {it["operationId"] for name, it in operations() if "{" in name}
    assert followed == in_a_path


def test_a_job_leads_to_its_events_and_its_page() -> None:
    told = {link["description"] for link in links("POST /api/ai/jobs", "202").values()}
    assert told >= {
        "Look at a job",
        "Watch a job",
        "Retry a failed or cancelled job",
        "Look at a page",
        "List versions",
    }


def test_every_operation_says_what_is_refused_before_its_route_is_asked() -> None:
    for name, operation in operations():
        assert operation["responses"].keys() >= {"400", "429", "503"}, name


def test_no_parameter_may_be_null() -> None:
    parameters = [it for _, operation in operations() for it in operation.get("parameters", ())]
    assert len(parameters) > 50
    assert [it["name"] for it in parameters if "null" in json.dumps(it["schema"])] == []


@pytest.mark.parametrize(
    ("schema", "body", "is_taken"),
    [
        ("SubmitRequest", {"brief": "Bread."}, True),
        ("SubmitRequest", {"brief": " "}, False),
        ("SubmitRequest", {"brief": {"owner": "B"}}, False),
        ("SubmitRequest", {"brief": "Bread.", "route": ["openai:gpt-6-luna"], "model": "openai:gpt-6-luna"}, False),
        ("SubmitRequest", {"brief": "Bread.", "route": ["openai:gpt-6-luna"], "model": None, "fallback": []}, True),
        ("SubmitRequest", {"brief": "Bread.", "route": ["openai:gpt-6-luna", "openai:gpt-6-luna"]}, False),
        ("SubmitRequest", {"brief": "Bread.", "maxCostUsd": "0.25"}, True),
        ("SubmitRequest", {"brief": "Bread.", "maxCostUsd": ""}, False),
        ("BulkRetryRequest", {}, False),
        ("BulkRetryRequest", {"all": False, "ids": None}, False),
        ("BulkRetryRequest", {"all": True}, True),
        ("BulkDiscardRequest", {"provider": "openai"}, True),
        ("ScheduleRequest", {"name": "a", "cron": "@daily"}, False),
        ("ScheduleRequest", {"name": "a", "cron": "@daily", "pageId": "page_1", "batchId": "batch_1"}, False),
        ("ScheduleRequest", {"name": "a", "cron": "@daily", "batchId": "batch_1", "maxCostUsd": 1}, False),
        ("ScheduleRequest", {"name": "a", "cron": "0 6 * *", "pageId": "page_1"}, False),
        ("ScheduleRequest", {"name": "a", "cron": "0 6 * * mon", "pageId": "page_1", "maxCostUsd": 1}, True),
    ],
)
def test_a_schema_takes_what_is_taken(schema: str, body: dict[str, Any], is_taken: bool) -> None:  # noqa: FBT001  a case
    assert takes(schema, body) is is_taken
