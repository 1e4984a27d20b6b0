"""One section of a planned page: new, or changed as the maker asks."""

from collections.abc import Sequence

from domain.blocks import Section
from domain.outline import Outline, SectionPlan
from domain.task import SectionTask
from providers.sandbox.draft import Draft
from providers.sandbox.improvising import improvise
from providers.sandbox.layout import lay_out
from providers.sandbox.material import Material, gather
from providers.sandbox.planning import plans
from providers.sandbox.revising import revise
from providers.sandbox.sentences import overlap


class NothingToWriteError(LookupError):
    """The brief holds no fact a section of the planned type could state."""


def section(task: SectionTask) -> Section:
    """Return the block of the task's plan. Raises NothingToWriteError."""
    material = gather(task.brief, task.language, task.seed)
    if task.instruction and task.current and task.current.type is task.plan.type:
        return revise(task.current, task.instruction, task.plan, material)
    draft = _draft(task.outline, task.plan, material)
    written = draft.write(task.outline.sections) if draft else improvise(task.plan, material)
    if written is None:
        message = f"the brief holds nothing a section of type {task.plan.type} could say"
        raise NothingToWriteError(message)
    return written.model_copy(update={"heading": task.plan.heading, "anchor": task.plan.anchor})


def _draft(planned: Outline, plan: SectionPlan, material: Material) -> Draft | None:
    """Return the draft for a plan. The outline may be another model's: then sections of a type are told apart by
    their headings.
    """
    own = lay_out(material, material.brief.sections)
    if [(mine.type, mine.anchor) for mine in plans(own)] == [(other.type, other.anchor) for other in planned.sections]:
        return own[planned.sections.index(plan)]
    drafts = lay_out(material, tuple(other.type for other in planned.sections[1:]))
    return _matched(planned, drafts).get(plan.anchor)


def _matched(planned: Outline, drafts: Sequence[Draft]) -> dict[str, Draft]:
    left = list(drafts)
    found: dict[str, Draft] = {}
    for plan in planned.sections:
        fitting = [draft for draft in left if draft.type is plan.type]
        if fitting:
            best = max(fitting, key=lambda draft: overlap(f"{plan.heading} {plan.purpose}", draft.heading))
            left.remove(best)
            found[plan.anchor] = best
    return found
