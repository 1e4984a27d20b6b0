"""The API keeps what docs/openapi.json says: schemathesis makes requests from it and holds the answers to it.

schemathesis.toml beside this file says how it does so. Here is what a schema cannot say.
"""

import asyncio
import itertools
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from pydantic import SecretStr
from schemathesis.core.failures import Failure
from schemathesis.engine import Status, StopReason, events, from_schema

from api.reference import REFERENCE
from settings import Settings, VendorSettings
from tests.integration.api.installation import OPENAI, TOKEN, Installation
from tests.vendors.server import FakeVendor

CONFIGURATION: Final = Path(__file__).with_name("schemathesis.toml")
LINES: Final = "application/x-ndjson"
ANTHROPIC: Final = "anthropic:claude-haiku-5-5"
"""The second model of the document's examples."""

REFUSALS: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})
BEYOND_SCHEMAS: Final = {
    "cap_too_high": "the highest cap is set for each installation",
    "invalid_cursor": "a cursor is opaque: only `nextCursor` makes one",
    "malformed_url": "U+0000 is refused in every address, before a route reads its parameters",
    "unknown_language": "the languages are the thousands of IANA's registry",
    "unknown_model": "which models there are is set for each installation",
    "unknown_provider": "which providers there are is set for each installation",
}
"""Why a request may be refused with a code although it is right by its schema."""
_FACT: Final = "facts stand on the page as they are spelled: what would be markup or unseen there is refused"
FIELDS_BEYOND_SCHEMAS: Final = {
    **dict.fromkeys(
        (f"brief.{name}" for name in ("links", "contact", "openingHours", "prices", "quotes", "people")), _FACT
    ),
    "brief.language": "the languages are the thousands of IANA's registry",
    "cron": "whether an expression ever comes depends on the calendar",
    "endDate": "it is compared with startDate",
    "fallback": "it is compared with model",
    "sandbox": "its rates together are at most 1, and no schema adds up",
    "startDate": "it is compared with endDate",
    "timezone": "the names are those of IANA's database, which change every year",
}
"""Why a field may be refused with a code that says no more, although it is right by its schema."""

STREAM: Final = "GET /api/ai/jobs/{job}/events"
"""It ends with its job: without a worker it does not, so it is asked where there is one."""

SCHEMATHESIS: Final[Any] = schemathesis
"""Strict types do not take its signatures, whose type arguments are left out."""
_KEY: Final = "Idempotency-Key"
_ANY_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_NUMBERS: Final = itertools.count(1)


def operations() -> list[tuple[str, str]]:
    """Return the tag and the label of every operation of the document."""
    paths: Mapping[str, Mapping[str, Any]] = json.loads(REFERENCE.read_text())["paths"]
    return [
        (its["tags"][0], f"{method.upper()} {path}") for path, item in paths.items() for method, its in item.items()
    ]


@pytest.fixture
def settings(tmp_path: Path, vendor: FakeVendor) -> Settings:
    """Return settings with the models of the document's examples."""
    vendors = VendorSettings(
        openai_api_key=SecretStr("sk-test-openai"),
        openai_base_url=vendor.openai_url,
        anthropic_api_key=SecretStr("sk-test-anthropic"),
        anthropic_base_url=vendor.anthropic_url,
    )
    return Settings(
        data_dir=tmp_path,
        token=SecretStr(TOKEN),
        models=(OPENAI, ANTHROPIC),
        vendors=vendors,
        requests_per_minute=1_000_000,
        public_requests_per_minute=1_000_000,
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("tag", sorted({tag for tag, _ in operations()}))
async def test_requests_are_answered_as_the_document_says(installation: Installation, tag: str) -> None:
    """No worker makes anything of what is asked for here: thousands of requests cost no more than their answers."""
    url, phases = str(installation.http.base_url), ("examples", "coverage", "fuzzing")
    run = await asyncio.to_thread(_Run, url, phases, tag)
    assert not run.failures, "\n\n".join(run.failures)
    assert run.labels == {label for its, label in operations() if its == tag} - {STREAM}
    assert run.sent["coverage"] > 0
    assert run.sent["fuzzing"] > 0


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_what_follows_from_an_answer_is_as_the_document_says(installation: Installation) -> None:
    """Ids come from answers, along the document's links; a worker makes pages of the jobs, and batches."""
    async with installation.working():
        run = await asyncio.to_thread(_Run, str(installation.http.base_url), ("stateful",))
    assert not run.failures, "\n\n".join(run.failures)
    assert run.sent["stateful"] > 100


class _Run:
    """One run of schemathesis against an API, and what it found."""

    def __init__(self, url: str, phases: Sequence[str], tag: str | None = None) -> None:
        schema = SCHEMATHESIS.openapi.from_path(REFERENCE, config=_configuration(url, phases))
        schema = schema if tag is None else schema.include(tag=tag).exclude(name=STREAM)
        schema.hook("filter_failure")(_is_the_apis_fault)
        self.failures: list[str] = []
        self.labels: set[str] = set()
        self.sent: Counter[str] = Counter()
        for event in from_schema(schema).execute():
            self._take(event)

    def _take(self, event: events.EngineEvent) -> None:
        match event:
            case events.ScenarioFinished():
                self.labels.add(event.label or "")
                self.sent[event.phase.value] += len(event.recorder.interactions)
                self.failures.extend(_told(event))
            case events.NonFatalError():
                self.failures.append(f"{event.label}: {event.value}")
            case events.FatalError():
                raise event.exception
            case events.EngineFinished():
                assert event.stop_reason is StopReason.COMPLETED
            case _:
                pass


def _configuration(url: str, phases: Sequence[str]) -> object:
    written = tomllib.loads(CONFIGURATION.read_text())
    every = ("examples", "coverage", "fuzzing", "stateful")
    chosen = {name: {**written["phases"].get(name, {}), "enabled": name in phases} for name in every}
    own: dict[str, Any] = {
        "base-url": url,
        "auth": {"openapi": {"HTTPBearer": {"bearer": TOKEN}}},
        "phases": chosen,
    }
    return SCHEMATHESIS.Config.from_dict(written | own)


def _told(event: events.ScenarioFinished) -> Iterator[str]:
    """Yield what failed, with the request that shows it."""
    for case, checks in event.recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                failure = check.failure_info.failure
                answer = event.recorder.interactions[case].response
                told = "" if answer is None else f"{answer.status_code} {answer.text[:500]}"
                what = f"{failure.operation}: {check.name}: {failure.title}: {failure.message}"
                yield f"{what}\n{check.failure_info.code_sample}\n{told}"


def _is_the_apis_fault(
    _context: object,
    failure: Failure,
    case: Any,  # noqa: ANN401  see SCHEMATHESIS
    response: schemathesis.Response,
) -> bool:
    """Whether a failure is one: a refusal that no schema could have told is none, nor is a Temporal that takes long.

    503 is how /readyz says that a part is missing, and a worker is one. Whatever text comes as lines is taken: each of
    them is told of by itself.
    """
    if "negative_data_rejection" in failure.checks and case.media_type == LINES:
        return False
    if "not_a_server_error" in failure.checks and response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        if (failure.operation or "").endswith(" /readyz"):
            return False
        return response.json().get("code") != "temporal_unavailable" or "retry-after" not in response.headers
    if "positive_data_acceptance" not in failure.checks or response.status_code not in REFUSALS:
        return True
    problem: Mapping[str, Any] = response.json()
    at_fault = [".".join(error["field"].split(".")[:2]) for error in problem["errors"]]
    named = bool(at_fault) and all(field in FIELDS_BEYOND_SCHEMAS for field in at_fault)
    return not named and problem["code"] not in BEYOND_SCHEMAS


@SCHEMATHESIS.hook
def before_call(_context: object, case: Any, _arguments: object) -> None:  # noqa: ANN401  see SCHEMATHESIS
    """Let each request have a key of its own: one key with two bodies is a 409, whatever the bodies are."""
    headers: dict[str, object] = {} if case.headers is None else case.headers
    key = headers.get(_KEY)
    if isinstance(key, str) and _ANY_KEY.fullmatch(key):
        headers[_KEY] = f"{key}-{next(_NUMBERS)}"


@SCHEMATHESIS.serializer(LINES)
def _lines(_context: object, value: object) -> bytes:
    return str(value).encode(errors="replace")
