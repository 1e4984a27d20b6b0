"""Base class of every type that is stored or travels between processes."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Document(BaseModel):
    """A frozen value written as camelCase JSON.

    Unknown fields are ignored: histories and stored documents outlive the code that wrote them, and a reader that
    refused a newer field would retry a workflow task for ever. Errors do not repeat their input: they reach logs and
    workflow histories, where words of a brief have no place.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )
