"""Bodies of many values, taken apart however the network cuts them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.intake.lines import LARGEST_LINE, JsonArray, JsonLines, MalformedError, RawLine, Splitter

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def taken_apart(splitter: Splitter, body: bytes, size: int) -> list[RawLine]:
    found: list[RawLine] = []
    for start in range(0, len(body), size):
        found.extend(splitter.feed(body[start : start + size]))
    return [*found, *splitter.end()]


@given(st.lists(JSON), st.integers(1, 40), st.sampled_from([None, 2]))
def test_an_array_gives_its_elements_however_it_is_cut(values: list[object], size: int, indent: int | None) -> None:
    body = json.dumps(values, indent=indent, ensure_ascii=indent is None).encode()
    lines = taken_apart(JsonArray(), body, size)
    assert [line.number for line in lines] == list(range(1, len(values) + 1))
    assert [json.loads(line.content or b"") for line in lines] == json.loads(body)


@given(st.lists(JSON), st.integers(1, 40))
def test_lines_are_given_however_they_are_cut(values: list[object], size: int) -> None:
    body = "".join(f"{json.dumps(value)}\n" for value in values).encode()
    lines = taken_apart(JsonLines(), body, size)
    assert [json.loads(line.content or b"") for line in lines] == values


def test_empty_lines_count_and_are_passed_over() -> None:
    lines = taken_apart(JsonLines(), b'\xef\xbb\xbf"a"\r\n\n  \n"b"', 3)
    assert [(line.number, (line.content or b"").strip()) for line in lines] == [(1, b'"a"'), (4, b'"b"')]


@pytest.mark.parametrize("splitter", [JsonLines(), JsonArray()])
def test_a_value_that_is_too_long_is_named_and_not_kept(splitter: Splitter) -> None:
    long = b'"' + b"x" * (LARGEST_LINE + 1) + b'"'
    body = b"[1," + long + b",2]" if isinstance(splitter, JsonArray) else b"1\n" + long + b"\n2"
    lines = taken_apart(splitter, body, 65_536)
    assert lines == [RawLine(1, b"1"), RawLine(2, None), RawLine(3, b"2")]


def test_a_broken_element_spoils_no_other() -> None:
    lines = taken_apart(JsonArray(), b'[{"a": tru}, , {"b": 1}]', 5)
    assert [(line.content or b"").strip() for line in lines] == [b'{"a": tru}', b"", b'{"b": 1}']


@pytest.mark.parametrize("body", [b"{}", b'"a"', b"[1, 2", b'["a]', b"[1] 2", b"", b"[1]]"])
def test_what_is_no_array_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedError):
        taken_apart(JsonArray(), body, 2)
