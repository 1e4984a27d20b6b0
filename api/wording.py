"""What is wrong with a field, in sentences: pydantic speaks to those who wrote the model."""

from collections.abc import Mapping
from typing import Any, Final

_SENTENCES: Final = {
    "extra_forbidden": "there is no such field; check its spelling",
    "missing": "this field is needed",
    "string_type": "has to be text",
    "string_pattern_mismatch": "is not written as it has to be; /docs shows how",
    "string_too_long": "may have at most {max_length} characters",
    "string_too_short": "needs at least {min_length} characters",
    "int_parsing": "has to be a whole number",
    "int_type": "has to be a whole number",
    "int_from_float": "has to be a whole number",
    "float_parsing": "has to be a number",
    "float_type": "has to be a number",
    "decimal_parsing": "has to be a number",
    "finite_number": "has to be a number",
    "bool_parsing": "has to be true or false",
    "bool_type": "has to be true or false",
    "greater_than": "has to be more than {gt}",
    "greater_than_equal": "has to be at least {ge}",
    "less_than": "has to be less than {lt}",
    "less_than_equal": "has to be at most {le}",
    "too_long": "may have at most {max_length} entries",
    "too_short": "needs at least {min_length} of them",
    "enum": "has to be {expected}",
    "literal_error": "has to be {expected}",
    "timezone_aware": "needs an offset, such as the Z of 2026-03-02T09:00:00Z",
    "datetime_parsing": "is no time: one is written as 2026-03-02T09:00:00Z",
    "datetime_from_date_parsing": "is no time: one is written as 2026-03-02T09:00:00Z",
    "dict_type": "has to be an object",
    "model_type": "has to be an object",
    "model_attributes_type": "has to be an object",
    "list_type": "has to be an array",
    "tuple_type": "has to be an array",
}
"""By pydantic's types of errors; what they are filled with is the error's context."""


def wording_of(detail: Mapping[str, Any]) -> str:
    """Return what one of pydantic's errors says."""
    sentence = _SENTENCES.get(detail["type"])
    if sentence is not None:
        return sentence.format(**{name: str(value).replace("'", "") for name, value in detail.get("ctx", {}).items()})
    return str(detail["msg"]).removeprefix("Value error, ")
