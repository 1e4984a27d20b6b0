"""The table of errors, a test a row."""

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from openai import APIConnectionError
from pydantic import BaseModel, ValidationError
from pydantic_ai import exceptions
from pydantic_ai.exceptions import ModelHTTPError

from domain.errors import ErrorType
from providers.errors import translate
from providers.wire import SecondRequestError

MODEL = "openai:gpt-6-luna"
LEAK = "sk-secret-0123456789"


def http(status: int, category: type[exceptions.ModelAPIError] | None = None, **headers: str) -> Exception:
    body = {"error": {"message": f"no entry for {LEAK}"}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ModelHTTPError.for_category(category, status_code=status, model_name="m", body=body, headers=named)  # pyright: ignore[reportArgumentType] - the categories are private to pydantic-ai


def api(category: type[exceptions.ModelAPIError] = exceptions.ModelAPIError, text: str = LEAK) -> Exception:
    return category(model_name="m", message=text)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def invalid() -> ValidationError:
    class Shape(BaseModel):
        field: int

    try:
        Shape.model_validate({"field": LEAK})
    except ValidationError as error:
        return error
    raise AssertionError


def raised(make: Callable[[], object]) -> Exception:
    try:
        make()
    except ValueError as error:
        return error
    raise AssertionError


ROWS = {
    "timeout of ours": (TimeoutError(), ErrorType.TIMEOUT),
    "timeout of the SDK": (api(exceptions.ModelTimeoutError), ErrorType.TIMEOUT),
    "timeout of pydantic-ai": (exceptions.ModelRequestTimeout("m", 3), ErrorType.TIMEOUT),
    "timeout of the transport": (httpx2.ReadTimeout(LEAK), ErrorType.TIMEOUT),
    "408": (http(408), ErrorType.TIMEOUT),
    "connection": (api(exceptions.ModelConnectionError), ErrorType.NETWORK_ERROR),
    "connection of the transport": (httpx2.ConnectError(LEAK), ErrorType.NETWORK_ERROR),
    "reset": (ConnectionResetError(LEAK), ErrorType.NETWORK_ERROR),
    "name not found": (socket.gaierror(LEAK), ErrorType.NETWORK_ERROR),
    "quota": (http(429, exceptions.ModelQuotaExceededError), ErrorType.AUTH_ERROR),
    "quota without a status": (api(exceptions.ModelQuotaExceededError), ErrorType.AUTH_ERROR),
    "401": (http(401, exceptions.ModelAuthenticationError), ErrorType.AUTH_ERROR),
    "403": (http(403, exceptions.ModelAuthenticationError), ErrorType.AUTH_ERROR),
    "429": (http(429, exceptions.ModelRateLimitError), ErrorType.RATE_LIMIT),
    "503": (http(503, exceptions.ModelUnavailableError), ErrorType.SERVICE_UNAVAILABLE),
    "529": (http(529, exceptions.ModelOverloadedError), ErrorType.SERVICE_UNAVAILABLE),
    "context window": (http(400, exceptions.ModelContextWindowExceededError), ErrorType.MODEL_ERROR),
    "404": (http(404, exceptions.ModelNotFoundError), ErrorType.MODEL_ERROR),
    "400": (http(400, exceptions.ModelRequestRejectedError), ErrorType.MODEL_ERROR),
    "413": (http(413), ErrorType.MODEL_ERROR),
    "content filter": (exceptions.ContentFilterError(LEAK), ErrorType.MODEL_ERROR),
    "request the model cannot take": (exceptions.UserError(LEAK), ErrorType.MODEL_ERROR),
    "500": (http(500, exceptions.ModelServerError), ErrorType.PROVIDER_ERROR),
    "599": (http(599), ErrorType.PROVIDER_ERROR),
    "token limit": (exceptions.OutputTokenLimitExceeded(LEAK), ErrorType.VALIDATION_ERROR),
    "odd behaviour": (exceptions.UnexpectedModelBehavior(LEAK), ErrorType.VALIDATION_ERROR),
    "odd shape": (invalid(), ErrorType.VALIDATION_ERROR),
    "body that is not JSON": (caused(api(), raised(lambda: json.loads(LEAK))), ErrorType.VALIDATION_ERROR),
    "body that is not UTF-8": (caused(api(), raised(b"\xff".decode)), ErrorType.VALIDATION_ERROR),
    "body of text": (api(text=f"Expected a JSON response, got: {LEAK!r}"), ErrorType.VALIDATION_ERROR),
    "second request": (SecondRequestError(), ErrorType.VALIDATION_ERROR),
    "second request, wrapped by an SDK": (
        caused(
            api(exceptions.ModelConnectionError),
            caused(APIConnectionError(request=httpx2.Request("POST", "http://m.example")), SecondRequestError()),
        ),
        ErrorType.VALIDATION_ERROR,
    ),
    "error the SDK does not name": (api(), ErrorType.UNKNOWN),
    "anything else": (RuntimeError(LEAK), ErrorType.UNKNOWN),
}


@pytest.mark.parametrize(("error", "expected"), ROWS.values(), ids=ROWS.keys())
def test_an_error_has_one_type_and_our_words(error: Exception, expected: ErrorType) -> None:
    failure = translate(MODEL, error, None).failure

    assert failure.type is expected
    assert failure.message.startswith(f"{MODEL} ")
    assert LEAK not in failure.message
    assert len(failure.message) <= 500


@pytest.mark.parametrize("status", [401, 404, 429, 500, 529])
def test_the_message_names_the_status(status: int) -> None:
    assert f"answered {status}" in translate(MODEL, http(status), None).failure.message


@pytest.mark.parametrize("error", [AttributeError(LEAK), TypeError(LEAK), KeyError(LEAK)])
def test_an_answer_that_cannot_be_read_is_invalid_and_not_unknown(error: Exception) -> None:
    assert translate(MODEL, error, 200).failure.type is ErrorType.VALIDATION_ERROR
    assert translate(MODEL, error, None).failure.type is ErrorType.UNKNOWN


def test_a_redirect_is_a_wrong_setting() -> None:
    failure = translate(MODEL, api(), 307).failure

    assert failure.type is ErrorType.MODEL_ERROR
    assert "answered 307, a redirect" in failure.message


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry_after": "12"}, 12), ({"retry_after_ms": "250"}, 0.25), ({"retry_after": "9" * 30}, 86_400), ({}, None)],
    ids=["seconds", "milliseconds", "absurd", "none"],
)
def test_the_wait_a_vendor_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    translation = translate(MODEL, http(429, exceptions.ModelRateLimitError, **headers), None)

    assert translation.retry_after == (None if seconds is None else timedelta(seconds=seconds))


def test_a_wait_given_as_a_date_in_the_past_is_no_wait() -> None:
    past = format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)

    assert translate(MODEL, http(503, retry_after=past), None).retry_after == timedelta(0)
