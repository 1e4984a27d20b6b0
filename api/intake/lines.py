"""Takes a body of many values apart as it comes: lines of JSON, or the elements of one JSON array.

Nothing but the value that is being read is held. Values are not parsed here: one that is no JSON spoils no other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

LARGEST_LINE: Final = 1_000_000
"""Bytes: as many as a single request may have."""

_OUTSIDE: Final = re.compile(rb'["{}\[\],]')
_INSIDE: Final = re.compile(rb'["\\]')
_SPACE: Final = b" \t\r\n"
_MARK: Final = b"\xef\xbb\xbf"
"""UTF-8's byte order mark, with which some editors begin a file."""


class MalformedError(ValueError):
    """The body as a whole is not what its type says."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """One value as it came. `content` is None for one that is too long to be kept."""

    number: int
    content: bytes | None


class Splitter(Protocol):
    """Takes a body apart."""

    def feed(self, chunk: bytes) -> Iterator[RawLine]:
        """Yield the values that end in `chunk`. Raises MalformedError."""
        ...

    def end(self) -> Iterator[RawLine]:
        """Yield what is left when the body ends. Raises MalformedError when it ends in the middle."""
        ...


class _Value:
    """The value that is being read."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, part: bytes) -> None:
        self._length += len(part)
        if self._length <= LARGEST_LINE:
            self._parts.append(part)
        else:
            self._parts.clear()

    def take(self) -> bytes | None:
        """Return the value and begin the next one; None when it was too long."""
        content = None if self._length > LARGEST_LINE else b"".join(self._parts)
        self._parts, self._length = [], 0
        return content


class JsonLines:
    """Takes lines apart. They are numbered from 1, and empty ones are passed over."""

    def __init__(self) -> None:
        """Begin with line 1."""
        self._value = _Value()
        self._number = 1

    def feed(self, chunk: bytes) -> Iterator[RawLine]:
        """Yield the lines that end in `chunk`."""
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            self._value.add(part)
            yield from self._line()
        self._value.add(rest)

    def end(self) -> Iterator[RawLine]:
        """Yield the last line, which needs no line feed."""
        yield from self._line()

    def _line(self) -> Iterator[RawLine]:
        content = self._value.take()
        if self._number == 1 and content is not None:
            content = content.removeprefix(_MARK)
        if content is None or content.strip(_SPACE):
            yield RawLine(self._number, content)
        self._number += 1


class JsonArray:
    """Takes the elements of an array apart, numbered from 1."""

    def __init__(self) -> None:
        """Begin before the array."""
        self._value = _Value()
        self._number = 1
        self._depth = 0
        self._in_string = self._escaped = self._closed = False

    def feed(self, chunk: bytes) -> Iterator[RawLine]:
        """Yield the elements that end in `chunk`. Raises MalformedError for what is no array."""
        start = 0 if self._depth else self._opening(chunk)
        position = start
        while self._depth and (found := self._next_mark(chunk, position)) is not None:
            position = found.end()
            if self._ends(found[0]):
                self._value.add(chunk[start : found.start()])
                start = position
                yield from self._element()
        if self._depth:
            self._value.add(chunk[start:])
        elif self._closed and chunk[start:].strip(_SPACE):
            message = "something follows the end of the array"
            raise MalformedError(message)

    def end(self) -> Iterator[RawLine]:
        """Yield nothing. Raises MalformedError when the array is not closed."""
        if not self._closed:
            message = "the array is not closed: the body was cut off, or a bracket or quotation mark is missing"
            raise MalformedError(message)
        yield from ()

    def _opening(self, chunk: bytes) -> int:
        """Return where the first element begins, and note that the array is open."""
        if self._closed:
            return 0
        text = chunk.removeprefix(_MARK).lstrip(_SPACE)
        if not text:
            return len(chunk)
        if not text.startswith(b"["):
            message = "send an array of requests as application/json, or one request a line as application/x-ndjson"
            raise MalformedError(message)
        self._depth = 1
        return len(chunk) - len(text) + 1

    def _next_mark(self, chunk: bytes, position: int) -> re.Match[bytes] | None:
        if self._escaped and position < len(chunk):
            self._escaped = False
            position += 1
        return (_INSIDE if self._in_string else _OUTSIDE).search(chunk, position)

    def _ends(self, mark: bytes) -> bool:
        """Go on over a mark; return whether an element ends before it."""
        if mark == b"\\":
            self._escaped = True
        elif mark == b'"':
            self._in_string = not self._in_string
        elif mark in b"{[":
            self._depth += 1
        elif mark in b"}]":
            self._depth -= 1
            self._closed = self._depth == 0
        return self._closed or (mark == b"," and self._depth == 1 and not self._in_string)

    def _element(self) -> Iterator[RawLine]:
        content = self._value.take()
        is_empty_array = self._closed and self._number == 1 and content is not None and not content.strip(_SPACE)
        if not is_empty_array:
            yield RawLine(self._number, content)
        self._number += 1
