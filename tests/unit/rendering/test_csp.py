import base64
import hashlib

import pytest

from domain.page import PageDocument
from rendering.csp import style_hash
from rendering.page import render
from rendering.parsed import parse


def test_the_hash_is_of_the_style_text(english: PageDocument) -> None:
    html = render(english)
    expected = base64.b64encode(hashlib.sha256(parse(html).style.encode()).digest()).decode()
    assert style_hash(html) == expected


@pytest.mark.parametrize("html", ["<p>none</p>", "<style>a</style><style>b</style>"])
def test_a_page_must_have_one_style(html: str) -> None:
    with pytest.raises(ValueError, match="one <style>"):
        style_hash(html)
