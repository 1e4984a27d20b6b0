"""The written documents, and what can be checked of them: links, headings, commands."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT: Final = Path(__file__).resolve().parents[3]

_PARSER: Final = MarkdownIt("commonmark").enable("table")
_NOT_IN_SLUGS: Final = re.compile(r"[^\w\- ]")
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]+=")
_OPERATOR: Final = re.compile(r"[|&;<>()]+")
_PREFIXES: Final = frozenset({"export", "nohup"})


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown file: where it lies and what it says."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Path below the root."""
        return str(self.path.relative_to(ROOT))

    def targets(self) -> list[str]:
        """Return the target of every link and image."""
        found = (token.attrGet("src" if token.type == "image" else "href") for token in self._tokens())
        return [str(target) for target in found if target is not None]

    def headings(self) -> list[tuple[str, str]]:
        """Return tag and text of every heading."""
        pairs = pairwise(_PARSER.parse(self.text))
        return [(opening.tag, text.content) for opening, text in pairs if opening.type == "heading_open"]

    def anchors(self) -> set[str]:
        """Return the anchors its headings get, as GitHub and other viewers make them."""
        seen: Counter[str] = Counter()
        anchors: set[str] = set()
        for _, heading in self.headings():
            slug = _NOT_IN_SLUGS.sub("", heading.lower()).replace(" ", "-")
            anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
        return anchors

    def shell_lines(self) -> list[str]:
        """Return every line of the blocks marked `sh`."""
        fences = (token for token in _PARSER.parse(self.text) if token.type == "fence" and token.info == "sh")
        return [line for fence in fences for line in fence.content.splitlines()]

    def code(self) -> list[str]:
        """Return every piece of code in running text."""
        return [token.content for token in self._tokens() if token.type == "code_inline"]

    def _tokens(self) -> Iterator[Token]:
        for token in _PARSER.parse(self.text):
            yield token
            yield from token.children or ()


def documents() -> list[Document]:
    """Return every document of the repository but the briefs, which are examples of what users write."""
    paths = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    return [Document(path, path.read_text("utf-8")) for path in sorted(paths)]


def words_of(line: str) -> list[str]:
    """Return the words of a shell command, without its comment, what is set for it and what its output goes to.

    None when it is no command.
    """
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(takewhile(lambda word: not _OPERATOR.fullmatch(word), lexer))
    except ValueError:
        return []
    while words and (_ASSIGNMENT.match(words[0]) or words[0] in _PREFIXES):
        words = words[1:]
    return words
