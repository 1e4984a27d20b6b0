"""The words a page must not use."""

import re

from providers.sandbox.sentences import is_cjk


class Avoided:
    """Says whether a text does without the avoided words.

    A word is avoided where it begins a word, so that its inflections are avoided too; in scripts that write no spaces
    or attach articles (Japanese, Chinese, Arabic) wherever its letters stand.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        """Take the brief's words to avoid."""
        patterns = [_pattern(word.strip()) for word in words if word.strip()]
        self._found = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def allows(self, text: str) -> bool:
        """Return whether none of the words is in `text`."""
        return self._found is None or self._found.search(text) is None


def _pattern(word: str) -> str:
    escaped = r"\s+".join(re.escape(part) for part in word.split())
    anywhere = is_cjk(word[0]) or "\u0590" <= word[0] <= "\u08ff" or not word[0].isalnum()
    return escaped if anywhere else rf"(?<![^\W_]){escaped}"
