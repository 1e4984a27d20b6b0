"""A revision: what a maker wants changed in one section of a page."""

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.blocks import Section
from domain.model import Document

Instruction = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Revision(Document):
    """The section to write again, as it stands in the version the maker saw."""

    base_version: Annotated[int, Field(ge=1)]
    section: Annotated[int, Field(ge=0)]
    """Index in the page, from 0."""
    instruction: Instruction
    current: Section
