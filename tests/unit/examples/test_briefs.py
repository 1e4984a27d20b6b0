"""The example briefs are real enough to learn from: every form and language, and nobody's real address."""

import re
from pathlib import Path

import pytest

from api.intake.brief import language_of, parse_brief
from domain.brief import Brief

_FOLDER = Path(__file__).parents[3] / "examples" / "briefs"
_FILES = sorted(_FOLDER.iterdir())
_KINDS = {
    "bakery",
    "law-office",
    "saas",
    "conference",
    "museum",
    "band",
    "clinic",
    "ngo",
    "hotel",
    "hardware-shop",
    "course",
    "open-source",
}
_FICTIONAL_PHONES = (
    r"\+44 1632 960\d{3}",  # Ofcom, numbers for drama
    r"\+1 \d{3} 555 01\d\d",  # NANPA
    r"\+49 30 23125 \d{3}",  # Bundesnetzagentur, numbers for media
    r"\+33 2 61 91 \d\d \d\d",  # Arcep, numbers for audiovisual works
    r"\+966 11 000 \d{4}",  # no local number begins with a zero
    r"0\d{3}-00-\d{4}",  # as above
)
_HOST = re.compile(r"(?:https?://|@)([\w.-]+)")


@pytest.fixture(params=_FILES, ids=lambda path: path.name)
def path(request: pytest.FixtureRequest) -> Path:
    return Path(str(request.param))


@pytest.fixture
def brief(path: Path) -> Brief:
    return parse_brief(path.read_text(encoding="utf-8"))


def test_there_is_a_brief_of_every_kind() -> None:
    assert {path.stem for path in _FILES} >= _KINDS


def test_there_is_a_brief_in_every_form() -> None:
    assert {path.suffix for path in _FILES} == {".txt", ".md", ".json"}


def test_briefs_run_from_one_sentence_to_two_pages() -> None:
    lengths = sorted(len(parse_brief(path.read_text(encoding="utf-8")).text.split()) for path in _FILES)
    assert lengths[0] < 80
    assert lengths[-1] > 800


def test_briefs_are_in_many_languages() -> None:
    languages = {language_of(parse_brief(path.read_text(encoding="utf-8"))) for path in _FILES}
    assert languages >= {"en", "de", "fr", "es", "ja", "ar"}


def test_a_brief_can_be_parsed_and_says_more_than_its_name(brief: Brief) -> None:
    assert len(brief.text) > 100


def test_every_address_is_a_reserved_one(path: Path) -> None:
    hosts = _HOST.findall(path.read_text(encoding="utf-8"))
    assert hosts
    assert [host for host in hosts if not host.rstrip(".").endswith((".example", "instagram.com"))] == []


def test_every_phone_number_is_fictional(brief: Brief) -> None:
    numbers = re.findall(r"\+\d[\d ]{7,}\d", brief.text)
    if brief.contact and brief.contact.phone:
        numbers.append(brief.contact.phone)
    assert [number for number in numbers if not re.fullmatch("|".join(_FICTIONAL_PHONES), number)] == []
