"""A task: what a model is asked to write in one step."""

from domain.blocks import Section
from domain.brief import Brief
from domain.job import SandboxFaults
from domain.model import Document
from domain.outline import Outline, SectionPlan


class OutlineTask(Document):
    """Plan a page for a brief."""

    brief: Brief
    language: str
    """BCP 47 tag of the page's text."""
    seed: int = 0
    faults: SandboxFaults = SandboxFaults()


class SectionTask(Document):
    """Write one section of a planned page, or write it again by an instruction."""

    brief: Brief
    language: str
    outline: Outline
    plan: SectionPlan
    instruction: str | None = None
    """What the maker wants changed; None when the section is new."""
    current: Section | None = None
    """The section as it stands; None when it is new."""
    seed: int = 0
    faults: SandboxFaults = SandboxFaults()


Task = OutlineTask | SectionTask
