import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from api.guards.auth import is_public
from settings import Settings

Operation = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder: Path = tmp_path_factory.mktemp("data")
    return create_app(Settings(data_dir=folder, token=SecretStr("token")))


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def contents(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from cast("dict[str, dict[str, Any]]", part.get("content", {})).values()


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "components": document["components"]}


def test_every_endpoint_of_the_issue_is_there(document: dict[str, Any]) -> None:
    assert {name for name, _ in operations(document)} >= {
        "POST /api/ai/jobs",
        "GET /api/ai/jobs",
        "GET /api/ai/jobs/{job}",
        "GET /api/ai/jobs/{job}/events",
        "POST /api/ai/jobs/{job}/cancel",
        "POST /api/ai/jobs/{job}/pause",
        "POST /api/ai/jobs/batch",
        "POST /api/ai/jobs/{job}/resume",
        "POST /api/ai/jobs/{job}/retry",
        "POST /api/ai/batches/{batch}/resume",
        "POST /api/ai/schedules",
        "POST /api/ai/schedules/{schedule}/trigger",
        "POST /api/ai/dlq/retry",
        "POST /api/ai/dlq/discard",
        "GET /api/ai/dlq",
        "GET /api/ai/dlq/{name}",
        "POST /api/ai/dlq/{name}/retry",
        "POST /api/ai/dlq/{name}/discard",
        "GET /api/pages",
        "GET /api/pages/{page}",
        "DELETE /api/pages/{page}",
        "GET /api/pages/{page}/versions",
        "GET /api/pages/{page}/versions/{number}",
        "GET /api/pages/{page}/html",
        "GET /api/pages/{page}/export.zip",
        "POST /api/pages/{page}/revise",
        "POST /api/pages/{page}/publish",
        "GET /p/{slug}",
        "GET /api/brief-schema",
        "GET /api/models",
        "GET /api/ai/usage/report",
        "GET /api/ai/usage/current-month",
        "GET /api/ai/usage/last-n-days",
        "GET /api/ai/prices",
        "POST /api/ai/estimate",
        "GET /api/health",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
    }


def test_every_endpoint_is_shown_with_an_example_that_its_schema_takes(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        successes = [part for status, part in operation["responses"].items() if status in {"200", "201", "202"}]
        if name.startswith("DELETE") and not successes:
            assert "204" in operation["responses"]
            continue
        assert successes, name
        for content in (content for part in successes for content in contents(part)):
            assert "example" in content, name
            if "schema" in content and not isinstance(content["example"], str):
                jsonschema.validate(content["example"], resolved(document, content["schema"]))


def test_every_body_is_shown_with_examples_that_its_schema_takes(document: dict[str, Any]) -> None:
    bodies = [
        (name, operation["requestBody"]) for name, operation in operations(document) if "requestBody" in operation
    ]
    assert len(bodies) >= 9
    for name, body in bodies:
        for content in contents(body):
            assert content.get("examples"), name
            for example in content["examples"].values():
                jsonschema.validate(example["value"], resolved(document, content["schema"]))


def test_every_endpoint_with_a_body_says_how_one_that_cannot_be_read_is_refused(document: dict[str, Any]) -> None:
    with_body = [(name, operation) for name, operation in operations(document) if "requestBody" in operation]
    assert len(with_body) >= 9
    for name, operation in with_body:
        assert operation["responses"].keys() >= {"400", "413", "415"}, name


def test_every_operation_has_a_short_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+){1,3}", name)] == []
    assert {"list_jobs", "pause_job", "pause_batch", "retry_dead_letter", "get_usage_report"} <= set(names)


def test_every_refusal_is_a_problem(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, part in operation["responses"].items():
            if status.startswith("4") or (status == "503" and "/readyz" not in name):
                assert list(part["content"]) == ["application/problem+json"], (name, status)


def test_every_endpoint_that_asks_for_the_token_says_so(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert ("security" in operation) is not is_public(name.partition(" ")[2]), name


def test_every_post_that_may_spend_or_publish_takes_a_key(document: dict[str, Any]) -> None:
    taking = {
        name
        for name, operation in operations(document)
        if "Idempotency-Key" in {parameter["name"] for parameter in operation.get("parameters", [])}
    }
    assert taking == {
        "POST /api/ai/jobs",
        "POST /api/ai/jobs/batch",
        "POST /api/ai/jobs/{job}/resume",
        "POST /api/ai/jobs/{job}/retry",
        "POST /api/ai/batches/{batch}/resume",
        "POST /api/ai/schedules",
        "POST /api/ai/schedules/{schedule}/trigger",
        "POST /api/ai/dlq/retry",
        "POST /api/ai/dlq/discard",
        "POST /api/ai/dlq/{name}/retry",
        "POST /api/ai/dlq/{name}/discard",
        "POST /api/pages/{page}/revise",
        "POST /api/pages/{page}/publish",
    }
