"""Every name gets an address that can be read and typed."""

import pytest
from pydantic import TypeAdapter

from domain.brief import Brief, Contact, Link
from domain.outline import Slug
from providers.sandbox.slug import slug


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("Tern & Thistle Bakehouse", "en", "tern-thistle-bakehouse"),
        ("Rosa's", "en", "rosas"),
        ("Bäckerei Größe", "de", "baeckerei-groesse"),
        ("Musée du Sel", "fr", "musee-du-sel"),
        ("Пекарня Берёзка", "ru", "pekarnya-berezka"),
        ("Φούρνος", "el", "foyrnos"),
        ("Cafe 谷あかり", "ja", "cafe"),
    ],
)
def test_a_name_is_spelled_in_ascii(name: str, language: str, expected: str) -> None:
    assert slug(name, Brief(name=name), language) == expected


@pytest.mark.parametrize(("name", "language"), [("谷あかり", "ja"), ("عيادة النخلتين", "ar")])
def test_scripts_read_by_sound_take_the_domain_of_the_brief(name: str, language: str) -> None:
    by_mail = Brief(name=name, contact=Contact(email="post@mail.two-palms.example"))
    by_link = Brief(name=name, links=(Link(label="x", url="https://www.two-palms.co.jp/yoyaku"),))
    assert slug(name, by_mail, language) == "two-palms"
    assert slug(name, by_link, language) == "two-palms"


@pytest.mark.parametrize("host", ["gmail.com", "example.com", "www.instagram.com"])
def test_a_shared_host_names_no_business(host: str) -> None:
    brief = Brief(name="谷", contact=Contact(email=f"me@{host}"))
    assert slug("谷", brief, "ja") not in {"gmail", "instagram", "example"}


@pytest.mark.parametrize("name", ["☂☂☂", "—", "x" * 200, "word " * 40, "-a-", "\u200b"])
def test_any_name_gives_a_valid_slug(name: str) -> None:
    made = slug(name, Brief(name="a"), "en")
    assert TypeAdapter[str](Slug).validate_python(made) == made
