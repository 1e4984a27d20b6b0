import pytest

from rendering.contrast import LEAST, pairs, ratio

CSS = """
:root { --paper: #ffffff; --on-paper: #000000; --on-paper-soft: #777777; --line: #00000022; }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #000000; --on-paper: #ffffff; } }
"""


@pytest.mark.parametrize(("one", "other", "expected"), [("#000000", "#ffffff", 21.0), ("#ffffff", "#777777", 4.48)])
def test_the_ratio_is_the_one_of_wcag(one: str, other: str, expected: float) -> None:
    assert ratio(one, other) == pytest.approx(expected, abs=0.005)
    assert ratio(other, one) == ratio(one, other)


def test_each_text_is_paired_with_its_surface_in_light_and_dark() -> None:
    found = {(pair.scheme, pair.text): pair.ratio for pair in pairs(CSS)}
    assert found["light", "on-paper"] == found["dark", "on-paper"] == pytest.approx(21)
    soft = found["light", "on-paper-soft"]
    assert soft is not None
    assert soft < LEAST


def test_a_colour_that_dark_forgot_has_no_ratio() -> None:
    assert {(pair.scheme, pair.text) for pair in pairs(CSS) if pair.ratio is None} == {("dark", "on-paper-soft")}
