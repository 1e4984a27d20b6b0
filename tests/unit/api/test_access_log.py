import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.testing import capture_logs

from api.guards.access_log import AccessLog, ids_in

JOB = "job_01K3V8Z4M0E9C7B2Q5T1R6W8XY"


async def answer(request: Request) -> Response:
    if request.path_params["name"] == "broken":
        message = "broken"
        raise RuntimeError(message)
    return PlainTextResponse(get_contextvars().get("job", ""), 202)


def client() -> httpx.AsyncClient:
    app = AccessLog(Starlette(routes=[Route("/{name}/cancel", answer, methods=["POST"]), Route("/{name}", answer)]))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


async def test_a_request_is_one_line_with_its_ids_and_nothing_else_of_it() -> None:
    async with client() as http:
        with capture_logs(processors=[merge_contextvars]) as lines:
            response = await http.post(
                f"/{JOB}/cancel?secret=1", content="a brief", headers={"Authorization": "Bearer token"}
            )
    assert response.text == JOB
    (line,) = lines
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "path": f"/{JOB}/cancel",
        "status": 202,
        "job": JOB,
    }


async def test_a_request_that_breaks_is_logged_as_500() -> None:
    async with client() as http:
        with capture_logs() as lines, pytest.raises(RuntimeError):
            await http.get("/broken")
    assert [line["status"] for line in lines] == [500]


async def test_what_machines_ask_every_few_seconds_is_logged_quietly() -> None:
    async with client() as http:
        with capture_logs() as lines:
            await http.get("/healthz")
    assert [line["log_level"] for line in lines] == ["debug"]


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        (f"/api/ai/jobs/{JOB}/events", {"job": JOB}),
        (f"/api/ai/dlq/dlq_{JOB}_1/retry", {"dead_letter": f"dlq_{JOB}_1"}),
        ("/api/pages/page_1/versions/2", {"page": "page_1"}),
        ("/p/my-job_1", {}),
        ("/api/ai/jobs", {}),
    ],
)
def test_ids_are_read_from_the_path(path: str, ids: dict[str, str]) -> None:
    assert ids_in(path) == ids
