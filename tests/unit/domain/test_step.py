import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.step import OUTLINE_STEP, section_index, section_step


@given(st.integers(0, 10**6))
def test_a_sections_step_leads_back_to_its_index(index: int) -> None:
    assert section_index(section_step(index)) == index


def test_a_sections_step_is_spelled_as_the_design_says() -> None:
    assert section_step(0) == "section:0"


@pytest.mark.parametrize("step", [OUTLINE_STEP, "", "section", "section:", "section:x"])
def test_other_steps_write_no_section(step: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        section_index(step)
