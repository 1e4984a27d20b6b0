"""Values held to JSON schemas."""

from collections.abc import Mapping
from typing import Any

import jsonschema


def fits(value: object, schema: Mapping[str, Any]) -> bool:
    """Return whether a value is what a schema describes."""
    try:
        jsonschema.validate(value, schema, cls=jsonschema.Draft202012Validator)
    except jsonschema.ValidationError:
        return False
    return True
