import re
from pathlib import Path

import pytest

from domain.page import Theme
from rendering.theme import stylesheet

FOLDERS = Path(__file__).parents[3] / "rendering" / "themes"
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab|color)\(", re.IGNORECASE)
PHYSICAL = re.compile(r"(?:margin|padding|border|inset)-(?:left|right)\b|[;{]\s*(?:left|right|float)\s*:")


@pytest.mark.parametrize("theme", Theme)
def test_every_theme_has_a_folder(theme: Theme) -> None:
    assert (FOLDERS / theme.value / "1-tokens.css").is_file()


@pytest.mark.parametrize("theme", Theme)
def test_colours_stand_in_the_tokens_only_where_the_contrast_check_reads_them(theme: Theme) -> None:
    for file in (FOLDERS / theme.value).glob("*.css"):
        if file.name != "1-tokens.css":
            assert set(COLOUR.findall(file.read_text("utf-8"))) <= {"#0000", "#000"}, file.name


@pytest.mark.parametrize("theme", Theme)
def test_a_theme_never_says_left_or_right(theme: Theme) -> None:
    assert PHYSICAL.findall(stylesheet(theme)) == []


@pytest.mark.parametrize("theme", Theme)
def test_a_stylesheet_is_small_and_cannot_end_its_element(theme: Theme) -> None:
    css = stylesheet(theme)
    assert len(css) < 25_000
    assert "<" not in css
    assert "/*" not in css
    assert css.count("{") == css.count("}")
