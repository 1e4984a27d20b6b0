"""The tiny request that shows whether a provider answers. It is made as those of steps are: with a schema, and a limit.

What the answer says does not matter.
"""

import json
from typing import Final

from providers.prompts import Prompt
from providers.schemas import OutputSchema

PROBE: Final = Prompt(
    instructions="You are asked whether you can answer. Answer in JSON, and say nothing else.",
    request='<task>\n{"step": "probe"}\n</task>\n\nAnswer with {"ok": true}.',
)
PROBE_SCHEMA: Final = OutputSchema(
    "probe",
    {
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    },
)
PROBE_ANSWER: Final = '{"ok": true}'
PROBE_TOKENS: Final = 16
"""Of the answer: the lowest limit that OpenAI's Responses API takes."""

PROBE_BYTES: Final = len(PROBE.text.encode()) + 2 * len(json.dumps(PROBE_SCHEMA.schema).encode())
"""Bound on the prompt; the schema counts twice, as in `schemas.schema_bytes`."""
