"""Health and readiness over HTTP, without an envelope."""

from domain.model import Document


class Health(Document):
    """The process answers."""

    status: str
    version: str


class Part(Document):
    """One thing the API needs to do its work."""

    name: str
    ready: bool
    message: str = ""
    """What is wrong and what to do about it; empty when ready."""


class Readiness(Document):
    """Whether work that comes in now is done now."""

    status: str
    parts: tuple[Part, ...]
