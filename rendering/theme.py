"""Themes: a folder of CSS files each, put together in the order of their names."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from domain.page import Theme

_THEMES: Final = Path(__file__).parent / "themes"
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_START: Final = re.compile(r"\s*\n\s*")


@cache
def stylesheet(theme: Theme) -> str:
    """Return a theme's CSS as one text without comments and line breaks."""
    files = sorted((_THEMES / theme.value).glob("*.css"))
    whole = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return _LINE_START.sub(" ", _COMMENT.sub("", whole)).strip().replace(" }", "}").replace("{ ", "{")
