"""Settings in the documents are settings there are."""

import re
from typing import Final

import pytest

from cli.settings_reference import REFERENCE, reference
from embedded.environment import variables_of
from providers.catalogue import DEFAULT_MODELS
from settings import NESTED, Settings
from tests.unit.docs.markdown import Document, documents

VARIABLES: Final = {
    variable
    for settings in (Settings, *NESTED.values())
    for field in settings.model_fields
    if field not in NESTED
    for variable in variables_of(settings, field)
}
MODELS: Final = {model for models in DEFAULT_MODELS.values() for model in models}
_VARIABLE: Final = re.compile(r"\b(?:PAGEWRIGHT|OPENAI|ANTHROPIC|GOOGLE|GEMINI)_[A-Z_]+\b")
_MODEL: Final = re.compile(r"\b(?:openai|anthropic|google):[a-z0-9.-]+")


def unknown_variables(document: Document) -> set[str]:
    return set(_VARIABLE.findall(document.text)) - VARIABLES


@pytest.mark.generated
def test_the_settings_reference_is_up_to_date() -> None:
    assert REFERENCE.read_text("utf-8") == reference(), "write it with: python -m cli.settings_reference"


def test_the_table_has_every_setting_once_and_no_other() -> None:
    first_cells = re.findall(r"^\| (`.*?) \|", reference(), re.MULTILINE)
    listed = [variable for cell in first_cells for variable in re.findall(r"`(\w+)`", cell)]
    assert len(listed) == len(set(listed))
    assert set(listed) == VARIABLES


def test_every_setting_says_what_it_sets() -> None:
    rows = re.findall(r"^\| `.*\|$", reference(), re.MULTILINE)
    assert len(rows) >= len(Settings.model_fields)
    assert [row for row in rows if not row.rsplit("|", 2)[1].strip()] == []


def test_secrets_have_no_default_and_are_marked() -> None:
    rows = [row for row in reference().splitlines() if re.search(r"_(KEY|TOKEN)` ", row)]
    assert rows
    assert [row for row in rows if "| secret | unset |" not in row] == []


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_every_variable_a_document_names_is_a_setting(document: Document) -> None:
    assert unknown_variables(document) == set()


def test_a_variable_there_is_not_is_seen() -> None:
    document = Document(REFERENCE, "`PAGEWRIGHT_PORT` and `PAGEWRIGHT_API_PORT` and `OPENAI_KEY`")
    assert unknown_variables(document) == {"PAGEWRIGHT_PORT", "OPENAI_KEY"}


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_every_model_a_document_names_is_one_we_offer(document: Document) -> None:
    named = {model.rstrip(".-") for model in _MODEL.findall(document.text)}
    assert named <= MODELS


def test_the_readme_names_each_port_by_its_setting() -> None:
    (readme,) = (document.text for document in documents() if document.name == "README.md")
    rows = dict(re.findall(r"^\| (\d+) \|.*\| `(\w+)` \|$", readme, re.MULTILINE))
    assert rows == {
        str(field.default): variables_of(Settings, name)[0]
        for name, field in Settings.model_fields.items()
        if name.endswith("_port")
    }
