"""One section of a planned page: new, or changed as the maker asks."""

from collections.abc import Sequence

from domain.blocks import Section
from domain.outline import Outline, SectionPlan
from domain.task import SectionTask
from providers.sandbox.draft import Draft
from providers.sandbox.improvising import Wanted, improvise
from providers.sandbox.layout import lay_out
from providers.sandbox.material import NothingToSayError
from providers.sandbox.planning import plans
from providers.sandbox.prepared import Prepared, prepare
from providers.sandbox.revising import revise
from providers.sandbox.sentences import overlap


def section(task: SectionTask) -> Section:
    """Return the block of the task's plan. Raises NothingToSayError when the brief has no fact for it."""
    prepared = prepare(task.brief, task.language, task.seed)
    if task.instruction and task.current and task.current.type is task.plan.type:
        return revise(task.current, task.instruction, task.plan, prepared.material)
    written = _written(task, prepared)
    return written.model_copy(update={"heading": task.plan.heading, "anchor": task.plan.anchor})


def _written(task: SectionTask, prepared: Prepared) -> Section:
    """Write the plan's draft. The outline may be another model's: then headings tell sections of a type apart."""
    planned, plan = task.outline, task.plan
    material, own = prepared.material, prepared.drafts
    if [(mine.type, mine.anchor) for mine in plans(own)] == [(other.type, other.anchor) for other in planned.sections]:
        return own[_place(planned, plan)].write(planned.sections)
    drafts = lay_out(material, tuple(other.type for other in planned.sections[1:]))
    draft = _matched(planned, drafts)[_place(planned, plan)]
    if draft and not draft.improvised:
        return draft.write(planned.sections)
    wanted = Wanted(plan.type, plan.heading, f"{plan.heading} {plan.purpose}")
    written = improvise(wanted, material, planned.sections)
    if written is None:
        message = f"the brief holds nothing a section of type {plan.type} could say"
        raise NothingToSayError(message)
    return written


def _place(planned: Outline, plan: SectionPlan) -> int:
    return next(place for place, other in enumerate(planned.sections) if other.anchor == plan.anchor)


def _matched(planned: Outline, drafts: Sequence[Draft]) -> list[Draft | None]:
    """Return the draft of each plan, None where there is none left of its type."""
    left = list(drafts)
    found: list[Draft | None] = []
    for plan in planned.sections:
        fitting = [draft for draft in left if draft.type is plan.type]
        best = max(fitting, key=lambda draft: overlap(f"{plan.heading} {plan.purpose}", draft.heading), default=None)
        left = [draft for draft in left if draft is not best]
        found.append(best)
    return found
