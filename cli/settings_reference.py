"""`docs/settings.md`: every setting, as `settings.py` declares it. Write it with `python -m cli.settings_reference`."""

import ast
import inspect
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import UnionType
from typing import Annotated, Final, Union, get_args, get_origin

from pydantic import SecretStr, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from embedded.environment import variables_of
from settings import NESTED, NotificationSettings, Settings, VendorSettings

REFERENCE: Final = Path(__file__).parent.parent / "docs" / "settings.md"

_HEAD: Final = """# Settings

Every setting is an environment variable, read once when a process starts. Made from `settings.py` by
`python -m cli.settings_reference`; a test fails when it is stale.

An empty variable counts as unset. Lists are separated by commas. Durations are seconds (`90`), ISO 8601
(`PT24H`) or `hours:minutes:seconds` (`0:01:30`). Tables are JSON objects by model, such as
`{"openai:gpt-6-luna": 30}`. Money is in USD.

The connection to Temporal is set as for every Temporal tool, with `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`,
`TEMPORAL_API_KEY`, the TLS variables or Temporal's configuration file. The embedded stack ignores these and talks to
the Temporal it started.

Traces are set as for every program that speaks OpenTelemetry. They are on where `OTEL_EXPORTER_OTLP_ENDPOINT` (or
`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) is set, with or without `/v1/traces` at its end; `OTEL_EXPORTER_OTLP_PROTOCOL` is
`http/protobuf` unless it says `grpc`. Headers, certificates, timeouts, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`,
`OTEL_TRACES_SAMPLER`, `OTEL_BSP_*` and `OTEL_SDK_DISABLED` work as OpenTelemetry documents them. Prompts and answers
are in spans only with `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true`.
"""
_KINDS: Final = (
    (SecretStr, "secret"),
    (timedelta, "duration"),
    (tuple, "list"),
    (dict, "table"),
    (Path, "path"),
    (bool, "true or false"),
    (int, "integer"),
    (str, "text"),
)
_DURATION: Final = TypeAdapter(timedelta)


def reference() -> str:
    """Return the text of `docs/settings.md`."""
    tables = [*_table("Pagewright", Settings), *_table("Vendors", VendorSettings)]
    return "\n".join([_HEAD, *tables, *_table("Alerts", NotificationSettings)])


def _table(title: str, settings: type[BaseSettings]) -> Iterator[str]:
    told = _docstrings(settings)
    yield f"## {title}\n"
    yield "| variable | kind | default | what it sets |"
    yield "|---|---|---|---|"
    for name, field in settings.model_fields.items():
        if name not in NESTED:
            variables = " or ".join(f"`{variable}`" for variable in variables_of(settings, name))
            yield f"| {variables} | {_kind(field)} | {_default(field)} | {_cell(told[name], settings)} |"
    yield ""


def _docstrings(settings: type[BaseSettings]) -> dict[str, str]:
    """Return the text below each field of a class. A field without one is told by its name alone."""
    (definition,) = ast.parse(inspect.getsource(settings)).body
    if not isinstance(definition, ast.ClassDef):
        message = f"{settings} is no class"
        raise TypeError(message)
    told = dict.fromkeys(settings.model_fields, "")
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            told[field.target.id] = ast.literal_eval(text.value)
    return told


def _kind(field: FieldInfo) -> str:
    kind = _bare(field.annotation)
    return next((word for base, word in _KINDS if isinstance(kind, type) and issubclass(kind, base)), "number")


def _bare(annotation: object) -> object:
    """Return what a class, a union or an annotated type is about, without None, constraints and parameters."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return _bare(next(part for part in get_args(annotation) if part is not type(None)))
    return origin or annotation


def _default(field: FieldInfo) -> str:
    value: object = field.get_default(call_default_factory=True, validated_data={})
    match value:
        case None:
            return "unset"
        case timedelta():
            return f"`{_DURATION.dump_python(value, mode='json')}`"
        case dict():
            return f"`{json.dumps(value)}`"
        case _:
            return f"`{value}`"


def _cell(text: str, settings: type[BaseSettings]) -> str:
    """Return a docstring for who sets variables: it names these instead of fields, and unset instead of None."""
    for name in settings.model_fields:
        text = text.replace(f"`{name}`", f"`{variables_of(settings, name)[0]}`")
    return " ".join(text.replace("None", "unset").split()).replace("|", "\\|")


if __name__ == "__main__":
    REFERENCE.parent.mkdir(exist_ok=True)
    REFERENCE.write_text(reference())
