"""What a step's model is asked, and how its answer is read and checked."""

from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue, ValidationError

from activities.counting import SCHEMA
from domain.blocks import type_of_block
from domain.check import Check
from domain.checks import check_outline, check_section
from domain.outline import Outline
from domain.task import OutlineTask, SectionTask, Task


class InvalidOutputError(Exception):
    """An answer that cannot be kept; `errors` tell a model what to mend, `checks` name what did not pass."""

    def __init__(self, errors: tuple[str, ...], checks: tuple[str, ...] = (SCHEMA,)) -> None:
        """Refuse an answer for `errors`."""
        super().__init__("; ".join(errors))
        self.errors = errors
        self.checks = checks


class Writing(Protocol):
    """One step's task and the rules its answer is held to."""

    @property
    def task(self) -> Task:
        """What the model is asked."""
        ...

    def read(self, output: str) -> JsonValue:
        """Return what is kept of an answer. Raises InvalidOutputError."""
        ...


@dataclass(frozen=True, slots=True)
class OutlineWriting:
    """The outline of a page."""

    task: OutlineTask

    def read(self, output: str) -> JsonValue:
        """Return the outline as JSON. Raises InvalidOutputError."""
        try:
            outline = Outline.model_validate_json(output)
        except ValidationError as error:
            raise InvalidOutputError(_schema_errors(error)) from None
        _refuse_failed(check_outline(outline, self.task))
        return outline.model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class SectionWriting:
    """One section of a page."""

    task: SectionTask

    def read(self, output: str) -> JsonValue:
        """Return the section as JSON, under its plan's anchor. Raises InvalidOutputError."""
        plan = self.task.plan
        try:
            block = type_of_block[plan.type].model_validate_json(output)
        except ValidationError as error:
            raise InvalidOutputError(_schema_errors(error)) from None
        section = block.model_copy(update={"anchor": plan.anchor})
        _refuse_failed(check_section(section, self.task))
        return section.model_dump(mode="json")


def _refuse_failed(checks: tuple[Check, ...]) -> None:
    failed = [check for check in checks if not check.passed]
    if failed:
        errors = tuple(f"{check.name}: {check.message}" for check in failed)
        raise InvalidOutputError(errors, tuple(check.name for check in failed))


def _schema_errors(error: ValidationError) -> tuple[str, ...]:
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return tuple(f"{'.'.join(map(str, detail['loc'])) or 'output'}: {detail['msg']}" for detail in details)
