"""The result of one check of a page or a section."""

from enum import StrEnum

from domain.model import Document


class CheckKind(StrEnum):
    """What follows when a check does not pass."""

    SECTION = "section"
    """Asked again, then VALIDATION_ERROR."""
    PAGE = "page"
    """Guaranteed by the renderer: a breach is a bug of ours."""
    ADVICE = "advice"
    """Shown, and left to the maker."""


class Check(Document):
    """One check as stored with a version and shown to the maker."""

    name: str
    """For example `links`, `one-h1`, `description-length`."""
    kind: CheckKind
    passed: bool
    message: str = ""
    """What is wrong and where; empty when passed."""
