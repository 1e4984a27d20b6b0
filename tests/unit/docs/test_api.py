"""Paths in the documents are paths the API answers."""

import re
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr
from starlette.routing import Match

from api.app import create_app
from settings import Settings
from tests.unit.docs.markdown import ROOT, Document, documents

_PATH: Final = re.compile(r"(?:\$url|\$PAGEWRIGHT_URL|127\.0\.0\.1:3000|(?:GET|POST|DELETE) )(/[\w./{}<>-]*)")
METHODS: Final = ("GET", "POST", "DELETE")


def unanswered(document: Document, settings: Settings) -> list[str]:
    routes = create_app(settings).routes
    return [
        path
        for path in _PATH.findall(document.text)
        if not any(
            route.matches({"type": "http", "path": path, "method": method, "root_path": ""})[0] is Match.FULL
            for route in routes
            for method in METHODS
        )
    ]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, token=SecretStr("a token of this test"))


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_every_path_is_answered(document: Document, settings: Settings) -> None:
    assert unanswered(document, settings) == []


def test_a_path_there_is_not_is_seen(settings: Settings) -> None:
    document = Document(
        ROOT / "README.md", '`GET /api/ai/jobs` `POST /api/ai/job` $url/api/pages/{id}/pub "$PAGEWRIGHT_URL/api/dlq"'
    )
    assert unanswered(document, settings) == ["/api/ai/job", "/api/pages/{id}/pub", "/api/dlq"]
