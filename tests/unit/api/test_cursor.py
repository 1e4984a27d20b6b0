import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.intake.cursor import MOMENT, NAME, NUMBER, cursor_at, cut, position
from api.problem import ProblemError


@given(st.from_regex(r"[A-Za-z0-9_]{1,80}", fullmatch=True))
def test_a_cursor_stands_for_its_name(name: str) -> None:
    assert position(cursor_at(name, NAME), NAME) == name


def test_a_cursor_stands_for_its_moment() -> None:
    place = (datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC), "dlq_job_1")
    assert position(cursor_at(place, MOMENT), MOMENT) == place


@pytest.mark.parametrize("cursor", ["", "zzz", "é", "MTI=", "W10=", cursor_at(3, NUMBER)])
def test_a_cursor_of_elsewhere_is_refused(cursor: str) -> None:
    with pytest.raises(ProblemError, match="cursor") as refused:
        position(cursor, MOMENT)
    assert (refused.value.status, refused.value.code) == (422, "invalid_cursor")


@pytest.mark.parametrize("name", ["", "a\x00", "a b", "x" * 81])
def test_a_cursor_of_what_is_no_id_is_refused(name: str) -> None:
    with pytest.raises(ProblemError, match="cursor"):
        position(base64.urlsafe_b64encode(json.dumps(name).encode()).decode(), NAME)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-02T09:30:00"])
def test_a_cursor_of_a_moment_no_database_keeps_is_refused(moment: str) -> None:
    with pytest.raises(ProblemError, match="cursor"):
        position(base64.urlsafe_b64encode(json.dumps([moment, "x"]).encode()).decode(), MOMENT)


@pytest.mark.parametrize("number", [-1, 2**31])
def test_a_cursor_of_a_number_no_database_keeps_is_refused(number: int) -> None:
    with pytest.raises(ProblemError, match="cursor"):
        position(base64.urlsafe_b64encode(json.dumps(number).encode()).decode(), NUMBER)


def test_no_cursor_is_the_beginning() -> None:
    assert position(None, NAME) is None


@pytest.mark.parametrize(("rows", "shown", "last"), [(0, 0, None), (2, 2, None), (3, 2, 1)])
def test_a_list_goes_on_only_when_there_is_more(rows: int, shown: int, last: int | None) -> None:
    assert cut(range(rows), 2) == (range(shown), last)
