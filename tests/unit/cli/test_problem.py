import httpx
import pytest

from cli.client.problem import refusal


def test_a_refusal_tells_title_detail_and_every_field() -> None:
    body = {
        "type": "about:blank",
        "title": "The request is not valid",
        "status": 422,
        "detail": "2 fields are wrong.",
        "code": "invalid_request",
        "instance": "/api/ai/jobs",
        "errors": [
            {"field": "brief", "message": "is empty"},
            {"field": "maxCostUsd", "message": "must be above 0"},
        ],
    }
    error = refusal(httpx.Response(422, json=body))
    assert error.message.splitlines() == [
        "The request is not valid: 2 fields are wrong.",
        "  - brief: is empty",
        "  - maxCostUsd: must be above 0",
    ]
    assert (error.status, error.problem.code) == (422, "invalid_request")


def test_a_field_that_the_detail_names_is_not_said_twice() -> None:
    errors = [{"field": "brief", "message": "is empty"}]
    body = {"title": "Unprocessable", "detail": "brief: is empty", "errors": errors}
    assert refusal(httpx.Response(422, json=body)).message == "Unprocessable: brief: is empty"


def test_a_fault_of_the_whole_body_is_said_once() -> None:
    errors = [{"field": "body", "message": "it is not a JSON array"}]
    body = {"title": "Bad Request", "detail": "it is not a JSON array", "errors": errors}
    assert refusal(httpx.Response(400, json=body)).message == "Bad Request: it is not a JSON array"


def test_a_refused_token_says_where_it_comes_from() -> None:
    error = refusal(httpx.Response(401, json={"title": "No token", "detail": "Send the owner's token."}))
    assert "PAGEWRIGHT_TOKEN" in error.hint


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"[1]", b"\xff\xfe", b""])
def test_a_page_of_another_server_is_not_repeated(body: bytes) -> None:
    assert refusal(httpx.Response(502, content=body)).message == "Bad Gateway (HTTP 502)"


def test_a_refusal_cannot_steer_the_terminal() -> None:
    error = refusal(httpx.Response(400, json={"title": "\x1b]0;x\x07No", "detail": "a\nb"}))
    assert error.message == "]0;x No: a b"
