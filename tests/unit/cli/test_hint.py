"""What is said of a refusal beside the API's own words: for every code the API has, in the command line's words."""

import ast
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx
import pytest

from cli.client.hint import hint_of
from cli.client.problem import refusal
from cli.main import VERBS

API: Final = Path(__file__).parents[3] / "api"

_PLACE_OF_CODE: Final = {
    "ProblemError": 1,
    "conflict": 0,
    "unprocessable": 0,
    "unavailable": 0,
    "invalid_field": 2,
    "not_found": 0,
    "_cannot_tell": 0,
}
"""What makes a refusal, and which of its arguments is the code."""
_OF_THE_FRAMEWORK: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
"""Refusals whose code is the name of their status."""


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def code_of(call: ast.Call) -> ast.expr | None:
    """Return the argument that is the code; None where it is left to the default."""
    place = _PLACE_OF_CODE[called(call)]
    named = [word.value for word in call.keywords if word.arg == "code"]
    return named[0] if named else call.args[place] if len(call.args) > place else None


def spelled(call: ast.Call, code: ast.expr | None) -> str | None:
    """Return a code as the API sends it; None where another call gives it: those are met, too."""
    match code:
        case None:
            return "invalid_field"
        case ast.Constant(value=str(text)):
            return f"{text.replace(' ', '_')}_not_found" if called(call) == "not_found" else text
        case ast.Name(id="code") | ast.Attribute(attr="code") | ast.JoinedStr():
            return None
        case ast.Call(func=ast.Attribute(attr="lower")):
            return None  # the name of a status, see _OF_THE_FRAMEWORK
        case _:
            message = f"line {call.lineno}: {ast.unparse(call)} takes its code from where this test does not look"
            raise AssertionError(message)


def codes() -> Iterator[str]:
    for file in API.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and called(node) in _PLACE_OF_CODE:
                code = spelled(node, code_of(node))
                yield from () if code is None else (code,)
    for status in _OF_THE_FRAMEWORK:
        yield status.name.lower()


CODES: Final = sorted(set(codes()))


def test_the_walk_meets_the_codes() -> None:
    assert {"job_not_found", "dead_letter_not_found", "rate_limited", "wrong_state", "invalid_field"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_api_has_a_hint(code: str) -> None:
    assert hint_of(code, 0)


@pytest.mark.parametrize("code", CODES)
def test_a_hint_names_verbs_there_are(code: str) -> None:
    words = hint_of(code, 0).replace("`", " ").split()
    named = [words[place + 1].rstrip(".,:;") for place, word in enumerate(words[:-1]) if word == "pagewright"]
    assert set(named) <= {*VERBS}


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("job_not_found", 404, "pagewright jobs list"),
        ("queue_not_found", 404, "pagewright queue list"),
        ("schedule_not_found", 404, "pagewright schedules list"),
        ("batch_not_found", 404, "pagewright batches list"),
        ("page_not_found", 404, "pagewright pages list"),
        ("dead_letter_not_found", 404, "pagewright dlq list"),
        ("not_retryable", 409, "--model"),
        ("not_retryable", 409, "--force"),
        ("missing_scope", 403, "--scopes"),
        ("foreign_host", 400, "PAGEWRIGHT_URL"),
        ("rate_limited", 429, "PAGEWRIGHT_REQUESTS_PER_MINUTE"),
        ("unheard_of", 401, "PAGEWRIGHT_TOKEN"),
        ("unheard_of", 503, "doctor"),
        ("unheard_of", 409, "same version"),
    ],
)
def test_a_refusal_says_what_to_do_next(code: str, status: int, said: str) -> None:
    assert said in refusal(httpx.Response(status, json={"title": "No", "code": code})).hint


def test_what_no_scope_can_do_is_not_said_to_want_a_scope() -> None:
    assert "--scopes" not in hint_of("not_the_operator", 403)
