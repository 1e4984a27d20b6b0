"""What a job came to: its receipt, why it failed, and what to do about it."""

from datetime import timedelta

from cli.client.answers import DeadLetter, Job, JobEstimate, Receipt, ReceiptEstimate
from cli.formats import NOTHING, based_on, clean, count, duration, model_name, money
from cli.screen.remedy import commands, remedy_for, remedy_of
from cli.screen.render import print_cell, print_fields, print_line
from cli.screen.table import Cell, Fields

Rows = tuple[tuple[str, Cell | str], ...]


def print_receipt(job: Job, letter: DeadLetter | None = None) -> None:
    """Print what a job that was watched to its end took, and what to do about one that did not make its page.

    What a watcher has seen already is not said again: how it ended, and which step failed why.
    """
    if job.error_type and not any(step.error_type for step in job.steps):
        print_cell(Cell(f"{clean(job.error_type)}: {clean(job.error_message or 'no reason given')}", "bad"))
    if job.receipt is not None:
        print_fields(Fields((*_made_by(job), *receipt_rows(job.receipt, is_whole=_is_whole(job))), "Receipt"))
    if hints := advice(job, letter):
        print_line("")
    for hint in hints:
        print_line(hint)


def receipt_rows(receipt: Receipt, *, is_whole: bool = True) -> Rows:
    """Return the lines of a receipt; what is not finished is not compared with its estimate."""
    took = None if receipt.duration_ms is None else timedelta(milliseconds=receipt.duration_ms)
    tokens = receipt.prompt_tokens + receipt.completion_tokens
    parts = f"{count(receipt.prompt_tokens)} in, {count(receipt.completion_tokens)} out"
    return (
        ("Calls", f"{count(receipt.calls)} in {receipt.rounds} {'round' if receipt.rounds == 1 else 'rounds'}"),
        ("Retries", count(receipt.retries)),
        ("Tokens", f"{count(tokens)} ({parts})"),
        ("Cost", f"{money(receipt.cost_usd)}{_unknown(receipt.unknown_cost_calls)}"),
        ("Charged", money(receipt.charged_usd)),
        ("Estimated", NOTHING if receipt.estimate is None else _beside(receipt.estimate, is_whole=is_whole)),
        ("Time", duration(took)),
    )


def estimate_line(estimate: JobEstimate | None) -> str | None:
    """Return what a job is thought to cost in one line; None where nothing was kept, or it costs nothing anyway."""
    if estimate is None or estimate.high_usd == 0:
        return None
    if estimate.expected_usd is None:
        return "Estimate: unknown, a model of the route has no price."
    return f"Estimate: {_range(estimate)}, from {based_on(estimate.basis, estimate.samples)}."


def advice(job: Job, letter: DeadLetter | None = None) -> tuple[str, ...]:
    """Return what can be done with a job that did not make its page; its dead letter knows more of it than the job."""
    if job.dead_letter_id is not None:
        remedy = remedy_for(job) if letter is None else remedy_of(letter)
        retries = commands(remedy, f"pagewright jobs retry {job.id}")
        return (f"See what is kept: pagewright dlq view {job.id}", *retries)
    if job.status == "cancelled":
        return (f"Its finished sections are kept. Go on with: pagewright jobs retry {job.id}",)
    return ()


def _beside(estimate: ReceiptEstimate, *, is_whole: bool) -> str:
    """Return an estimate and how the cost lies to it."""
    if estimate.expected_usd is None or estimate.high_usd == 0:
        return NOTHING
    if estimate.within_range is None or not is_whole:
        return _range(estimate)
    lies = "as estimated" if estimate.within_range else "above it" if _is_above(estimate) else "below it"
    return f"{_range(estimate)}: {lies}"


def _is_above(estimate: ReceiptEstimate) -> bool:
    return (estimate.difference_usd or 0) > 0


def _range(estimate: JobEstimate) -> str:
    return f"{money(estimate.expected_usd)} ({money(estimate.low_usd)} to {money(estimate.high_usd)})"


def _is_whole(job: Job) -> bool:
    return job.status == "completed"


def _made_by(job: Job) -> Rows:
    return (("Model", model_name(job.model)),)


def _unknown(calls: int) -> str:
    """Return what to add to a cost that is not the whole cost."""
    return f", and {calls} {'call' if calls == 1 else 'calls'} of unknown cost" if calls else ""
