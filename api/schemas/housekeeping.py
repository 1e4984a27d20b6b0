"""What housekeeping did, over HTTP."""

from pydantic import Field

from domain.model import Document


class Cleared(Document):
    """What one request cleared away. While `left` is not 0, send the same again."""

    removed: int = Field(description="Jobs taken out of the lists by this request.")
    left: int = Field(description="Jobs that are meant too and were too many for one request.")
    held: int = Field(description="Failed jobs that stay because an open dead letter holds them: retry or discard it.")
