"""A failed job that is taken up again: whether its page has room for it, and its row in the next round."""

from domain.job import JobOptions, JobStatus
from storage.job import JobRow
from storage.page import PageState


def conflict(job: JobRow, page: PageState | None) -> str | None:
    """Return why a page has no room for a job's next round; None when it has."""
    if page is None:
        return f"{job.page_id} was erased"
    if job.revision is not None and page.current_version != job.revision.base_version:
        return f"{job.page_id} has gone on to version {page.current_version}; revise that one"
    if page.open_job not in {None, job.id}:
        return f"{job.page_id} has another open job, {page.open_job}"
    return None


def reopen(job: JobRow, round_: int, options: JobOptions) -> None:
    """Open a failed job's next round; the caller gives it its page."""
    job.round, job.options, job.max_cost = round_, options, options.max_cost
    job.status, job.cancel_requested, job.paused = JobStatus.WAITING, False, False
    job.finished_at, job.error_type, job.error_message = None, None, None
