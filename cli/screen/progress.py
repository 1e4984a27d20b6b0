"""Where a job stands, folded from its events: pure, and the same whichever event comes first on the screen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from cli.client.event import Event, PlannedSection
from domain.call import may_still_be_billed
from domain.step import OUTLINE_STEP

_NO_TIME: Final = timedelta(0)
_FINISHED: Final = frozenset({"done", "failed"})


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step. Tokens and cost are of all its calls, over all rounds; `cost` leaves out what is unknown."""

    name: str
    type: str | None = None
    heading: str | None = None
    status: str = "waiting"
    model: str | None = None
    try_number: int | None = None
    request: int = 1
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal = Decimal(0)
    has_unknown_cost: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error_type: str | None = None
    message: str | None = None

    @property
    def tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    def time(self, now: datetime) -> timedelta | None:
        """Return how long the step took, or has taken up to `now`; None before its first call."""
        if self.started_at is None:
            return None
        return max((self.finished_at or now) - self.started_at, _NO_TIME)


@dataclass(frozen=True, slots=True)
class Progress:
    """A job as its events up to number `seq` tell it."""

    job_id: str
    status: str = "submitting"
    round: int = 1
    route: tuple[str, ...] = ()
    steps: Mapping[str, StepProgress] = field(default_factory=lambda: MappingProxyType({}))
    seq: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    page_id: str | None = None
    version: int | None = None
    slug: str | None = None
    dead_letter_id: str | None = None
    error_type: str | None = None
    message: str | None = None

    def named(self, sections: tuple[PlannedSection, ...]) -> "Progress":
        """Return this progress with the types and headings of steps that no event brings, as in a revision."""
        steps = dict(self.steps)
        for section in sections:
            known = steps.get(section.step, StepProgress(section.step))
            steps[section.step] = replace(known, type=section.type, heading=section.heading)
        return self.with_steps(steps)

    def apply(self, event: Event) -> "Progress":
        """Return what holds after `event`. One told again changes nothing, one of an unheard-of type only counts."""
        if event.seq <= self.seq:
            return self
        change = _CHANGES.get(event.type)
        after = self if change is None else change(self, event)
        return replace(after, seq=event.seq)

    @property
    def tokens(self) -> int:
        """Tokens of all calls."""
        return sum(step.tokens for step in self.steps.values())

    @property
    def cost(self) -> Decimal:
        """USD, without the calls of unknown cost."""
        return sum((step.cost for step in self.steps.values()), Decimal(0))

    @property
    def has_unknown_cost(self) -> bool:
        """Whether a call's cost is unknown."""
        return any(step.has_unknown_cost for step in self.steps.values())

    @property
    def finished_steps(self) -> int:
        """How many steps have their result."""
        return sum(step.status == "done" for step in self.steps.values())

    def time(self, now: datetime) -> timedelta | None:
        """Return how long the job took since its first round began, or has taken up to `now`."""
        if self.started_at is None:
            return None
        return max((self.finished_at or now) - self.started_at, _NO_TIME)

    def with_steps(self, steps: Mapping[str, StepProgress]) -> "Progress":
        """Return this progress with `steps`, in the order of the page."""
        return replace(self, steps=MappingProxyType(dict(sorted(steps.items(), key=lambda step: _position(step[0])))))


def _position(name: str) -> tuple[int, int, str]:
    """Return where a step stands: the outline first, sections by their number."""
    number = name.rpartition(":")[2]
    return (0 if name == OUTLINE_STEP else 1, int(number) if number.isdecimal() else 0, name)


Change = Callable[[Progress, Event], Progress]


def _on_step(change: Callable[[StepProgress, Event], StepProgress]) -> Change:
    """Return a change of the step an event names."""

    def changed(progress: Progress, event: Event) -> Progress:
        name = event.facts.step
        if name is None:
            return progress
        step = change(progress.steps.get(name, StepProgress(name)), event)
        return progress.with_steps({**progress.steps, name: step})

    return changed


def _started(progress: Progress, event: Event) -> Progress:
    """Begin a round: its steps are open again, whatever the round before made of them."""
    facts = event.facts
    missing = {
        name: replace(
            progress.steps.get(name, StepProgress(name)),
            status="waiting",
            model=None,
            try_number=None,
            started_at=None,
            finished_at=None,
            error_type=None,
            message=None,
        )
        for name in facts.steps
    }
    begun = replace(
        progress,
        status="active",
        round=facts.round or progress.round,
        route=facts.route or progress.route,
        started_at=progress.started_at or event.at,
        finished_at=None,
        dead_letter_id=None,
        error_type=None,
        message=None,
    )
    named = tuple(section for section in facts.sections if section.step in missing)
    return begun.with_steps({**progress.steps, **missing}).named(named)


def _call_started(step: StepProgress, event: Event) -> StepProgress:
    facts = event.facts
    return replace(
        step,
        status="active",
        model=facts.model,
        try_number=facts.try_number,
        request=facts.request,
        started_at=step.started_at or event.at,
    )


def _call_settled(step: StepProgress, event: Event) -> StepProgress:
    facts = event.facts
    return replace(
        step,
        calls=step.calls + 1,
        prompt_tokens=step.prompt_tokens + facts.prompt_tokens,
        completion_tokens=step.completion_tokens + facts.completion_tokens,
        cost=step.cost + (facts.cost_usd or 0),
        has_unknown_cost=step.has_unknown_cost
        or may_still_be_billed(facts.status or "", facts.error_type, cost_known=facts.cost_usd is not None),
        error_type=facts.error_type,
        message=facts.message,
    )


def _step_delayed(step: StepProgress, event: Event) -> StepProgress:
    return replace(step, status="delayed", error_type=event.facts.error_type, message=event.facts.message)


def _step_failed(step: StepProgress, event: Event) -> StepProgress:
    facts = event.facts
    return replace(step, status="failed", finished_at=event.at, error_type=facts.error_type, message=facts.message)


def _step_done(progress: Progress, event: Event) -> Progress:
    """Finish a step; an outline brings the steps of the sections."""

    def done(step: StepProgress, event: Event) -> StepProgress:
        return replace(
            step,
            status="done",
            model=event.facts.model or step.model,
            finished_at=event.at,
            error_type=None,
            message=None,
        )

    return _on_step(done)(progress, event).named(event.facts.sections)


def _ended(status: str) -> Change:
    """Return the change at the end of a round."""

    def ended(progress: Progress, event: Event) -> Progress:
        facts = event.facts
        return replace(
            progress,
            status=status,
            finished_at=event.at,
            dead_letter_id=facts.dead_letter_id,
            error_type=facts.error_type,
            message=facts.message,
        )

    return ended


def _moved(status: str) -> Change:
    return lambda progress, _event: replace(progress, status=status)


def _version_stored(progress: Progress, event: Event) -> Progress:
    facts = event.facts
    return replace(progress, page_id=facts.page_id, version=facts.version, slug=facts.slug)


def _end(progress: Progress, event: Event) -> Progress:
    return replace(progress, status=event.facts.status or progress.status)


def _cancelled(progress: Progress, event: Event) -> Progress:
    """Close a cancelled round with the steps it leaves unwritten."""
    steps = {
        name: step if step.status in _FINISHED else replace(step, status="cancelled", finished_at=event.at)
        for name, step in progress.steps.items()
    }
    return _ended("cancelled")(progress, event).with_steps(steps)


_CHANGES: Final[Mapping[str, Change]] = {
    "submitted": _moved("waiting"),
    "started": _started,
    "call.started": _on_step(_call_started),
    "call.settled": _on_step(_call_settled),
    "step.delayed": _on_step(_step_delayed),
    "step.done": _step_done,
    "step.failed": _on_step(_step_failed),
    "paused": _moved("paused"),
    "resumed": _moved("active"),
    "version.stored": _version_stored,
    "completed": _ended("completed"),
    "failed": _ended("failed"),
    "cancelled": _cancelled,
    "end": _end,
}
