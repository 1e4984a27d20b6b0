import pytest

from rendering.errors import RefusedDocumentError
from rendering.language import page_language


@pytest.mark.parametrize(
    "tag", ["ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb", "az-Arab", "pa-PK", "uz-AF"]
)
def test_the_script_makes_a_page_right_to_left(tag: str) -> None:
    assert page_language(tag).direction == "rtl"


@pytest.mark.parametrize("tag", ["en", "de-AT", "ja", "zh-Hant-TW", "tr", "az", "pa", "ku", "ar-Latn", "und"])
def test_other_scripts_are_left_to_right(tag: str) -> None:
    assert page_language(tag).direction == "ltr"


def test_a_tag_is_normalised() -> None:
    assert page_language("pt_br").tag == "pt-BR"
    assert page_language("pt_br").locale == "pt_BR"
    assert page_language("zh-tw").script == "Hant"


@pytest.mark.parametrize("tag", ["", "x" * 40, "de DE", "qqqq-zz"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(RefusedDocumentError, match="BCP 47"):
        page_language(tag)
