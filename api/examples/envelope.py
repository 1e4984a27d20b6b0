"""Examples of the docs on bodies that every kind of request shares."""

from typing import Final

from fastapi.openapi.models import Example

NOTHING: Final[dict[str, Example]] = {"nothing": {"value": {}}}
