"""What can be done next with an answer: the links of the OpenAPI document.

An answer that names a job links to every operation on that job, and so on: a new route is linked to by itself.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_PARAMETER: Final = re.compile(r"\{(\w+)\}")


class _Source(NamedTuple):
    """An answer that names something."""

    operation: str
    status: str
    values: Mapping[str, str]
    """By path parameter of what is linked to, where its value is found."""


_JOB: Final = "/api/ai/jobs/{job}"
_PAGE: Final = "/api/pages/{page}"
_BATCH: Final = "/api/ai/batches/{batch}"
_LETTER: Final = "/api/ai/dlq/{name}"


def _in_body(pointer: str) -> str:
    return f"$response.body#/data/{pointer}"


_SOURCES: Final = (
    _Source("post /api/ai/jobs", "202", {"job": _in_body("id")}),
    _Source("post /api/ai/jobs", "202", {"page": _in_body("pageId")}),
    _Source("get /api/ai/jobs", "200", {"job": _in_body("jobs/0/id")}),
    _Source(f"get {_JOB}", "200", {"page": _in_body("pageId")}),
    _Source(f"get {_JOB}", "200", {"name": _in_body("deadLetterId")}),
    _Source(f"post {_PAGE}/revise", "202", {"job": _in_body("id")}),
    _Source("get /api/pages", "200", {"page": _in_body("pages/0/id")}),
    _Source(f"get {_PAGE}/versions", "200", {"page": "$request.path.page", "number": _in_body("versions/0/number")}),
    _Source(f"post {_PAGE}/publish", "200", {"slug": _in_body("slug")}),
    _Source("post /api/ai/jobs/batch", "202", {"batch": _in_body("id")}),
    _Source("get /api/ai/batches", "200", {"batch": _in_body("batches/0/id")}),
    _Source(f"get {_BATCH}/items", "200", {"job": _in_body("items/0/jobId")}),
    _Source("get /api/ai/dlq", "200", {"name": _in_body("entries/0/dlqJobId")}),
    _Source("post /api/ai/dlq/retry", "202", {"batch": _in_body("id")}),
    _Source("post /api/ai/dlq/discard", "202", {"batch": _in_body("id")}),
    _Source(f"post {_LETTER}/retry", "202", {"job": _in_body("jobId")}),
    _Source("post /api/ai/schedules", "201", {"schedule": _in_body("id")}),
    _Source("get /api/ai/schedules", "200", {"schedule": _in_body("schedules/0/id")}),
    _Source("get /api/ai/queue", "200", {"provider": _in_body("queues/0/provider")}),
)


def link(paths: Mapping[str, Mapping[str, dict[str, Any]]]) -> None:
    """Add links to the answers of a document's paths. Raises KeyError for an answer that the document lacks."""
    for source in _SOURCES:
        method, path = source.operation.split(" ")
        answer: dict[str, Any] = paths[path][method]["responses"][source.status]
        answer.setdefault("links", {}).update(_links(paths, source))


def _links(paths: Mapping[str, Mapping[str, dict[str, Any]]], source: _Source) -> dict[str, Any]:
    """Return a link to each operation whose path takes what an answer names, and nothing else."""
    return {
        operation["operationId"]: {
            "operationId": operation["operationId"],
            "parameters": dict(source.values),
            "description": operation["summary"],
        }
        for path, item in paths.items()
        if set(_PARAMETER.findall(path)) == set(source.values)
        for operation in item.values()
    }
