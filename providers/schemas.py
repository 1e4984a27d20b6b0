"""The JSON schemas models are asked to answer in, one for the outline and one for each block type."""

import json
from dataclasses import dataclass
from functools import cache

from pydantic import JsonValue

from domain.blocks import BlockType, type_of_block
from domain.outline import Outline
from domain.task import OutlineTask, Task


@dataclass(frozen=True, slots=True)
class OutputSchema:
    """A JSON schema and the name it goes by at the vendor."""

    name: str
    schema: dict[str, JsonValue]


def output_schema(task: Task) -> OutputSchema:
    """Return what an answer to `task` must look like. Vendors get it in their own dialect."""
    return schema_of(None if isinstance(task, OutlineTask) else task.plan.type)


def schema_bytes(task: Task) -> int:
    """Return a bound on what the schema adds to a prompt, in UTF-8 bytes.

    Vendors rewrite it (all fields named as required, limits as words): the double is above each of their dialects.
    """
    return 2 * len(json.dumps(output_schema(task).schema).encode())


@cache
def schema_of(block: BlockType | None) -> OutputSchema:
    """Return what a section of this type must look like; None is the outline."""
    content = Outline if block is None else type_of_block[block]
    return OutputSchema("outline" if block is None else block.value, content.model_json_schema())
