"""The sample documents: every block type, in English, German, Japanese and Arabic."""

from pathlib import Path

import pytest

from domain.page import PageDocument

DOCUMENTS = Path(__file__).parents[2] / "documents"


@pytest.fixture(params=sorted(path.stem for path in DOCUMENTS.glob("*.json")))
def document(request: pytest.FixtureRequest) -> PageDocument:
    return PageDocument.model_validate_json((DOCUMENTS / f"{request.param}.json").read_text("utf-8"))


@pytest.fixture
def english() -> PageDocument:
    return PageDocument.model_validate_json((DOCUMENTS / "en.json").read_text("utf-8"))
