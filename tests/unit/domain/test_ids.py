import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import dead_letter_id, job_id, page_id, split_dead_letter_id

ULID = "01JABCDEFGHJKMNPQRSTVWXYZ0"
ulids = st.from_regex(r"[0-9A-HJKMNP-TV-Z]{26}", fullmatch=True)


def test_ids_say_what_they_name() -> None:
    assert job_id(ULID) == f"job_{ULID}"
    assert page_id(ULID) == f"page_{ULID}"
    assert dead_letter_id(job_id(ULID), 3) == f"dlq_job_{ULID}_3"


@given(ulid=ulids, number=st.integers(1, 10**6))
def test_a_dead_letter_id_is_taken_apart_into_its_job_and_round(ulid: str, number: int) -> None:
    assert split_dead_letter_id(dead_letter_id(job_id(ulid), number)) == (job_id(ulid), number)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ULID,
        f"job_{ULID}",
        f"dlq_job_{ULID}",
        f"dlq_job_{ULID}_0",
        f"dlq_job_{ULID}_01",
        f"dlq_job_{ULID}_1\n",
        f"dlq_job_{ULID}_-1",
        f"dlq_job_{ULID[:-1]}_1",
        f"x_dlq_job_{ULID}_1",
    ],
)
def test_what_is_no_dead_letter_id_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a dead-letter id"):
        split_dead_letter_id(name)
