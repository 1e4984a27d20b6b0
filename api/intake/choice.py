"""Several values of one query parameter."""

from typing import Final, cast

from pydantic import BeforeValidator


def _apart(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [part.strip() for one in cast("list[object]", value) for part in str(one).split(",")]


Several: Final = BeforeValidator(_apart)
"""Takes `status=failed,cancelled` for `status=failed&status=cancelled`."""

SEVERAL: Final = "Only these; may be given several times, or with commas between."
