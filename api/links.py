"""Links between things: paths inside this API, and addresses in Temporal's Web UI."""

from dataclasses import dataclass
from urllib.parse import quote

from api.schemas.batch import BatchLinks
from api.schemas.dead_letter import DeadLetterLinks
from api.schemas.job import JobLinks
from api.schemas.page import PageLinks, VersionLinks
from api.schemas.schedule import ScheduleLinks
from storage.batch import BatchRow
from storage.dead_letter import DeadLetterRow
from storage.job import JobRow
from storage.page import PageRow, PageVersionRow
from storage.schedule import ScheduleRow


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links; `temporal_ui` is the base URL of Temporal's Web UI."""

    temporal_ui: str
    namespace: str

    def job(self, row: JobRow) -> JobLinks:
        """Return the links of a job."""
        path, page = job_path(row.id), page_path(row.page_id)
        return JobLinks(
            self=path,
            events=f"{path}/events",
            page=page,
            html=None if row.version is None else f"{page}/html?version={row.version}",
            temporal=self._workflow(row.id),
        )

    def dead_letter(self, row: DeadLetterRow) -> DeadLetterLinks:
        """Return the links of a dead letter."""
        path = f"/api/ai/dlq/{row.id}"
        return DeadLetterLinks(
            self=path,
            job=job_path(row.job_id),
            page=page_path(row.page_id),
            retry=f"{path}/retry",
            discard=f"{path}/discard",
            temporal=self._workflow(row.id),
        )

    def batch(self, row: BatchRow) -> BatchLinks:
        """Return the links of a batch."""
        path = batch_path(row.id)
        return BatchLinks(self=path, items=f"{path}/items", temporal=self._workflow(row.id))

    def page(self, row: PageRow) -> PageLinks:
        """Return the links of a page."""
        path = page_path(row.id)
        has_version = row.current_version is not None
        return PageLinks(
            self=path,
            versions=f"{path}/versions",
            html=f"{path}/html" if has_version else None,
            export=f"{path}/export.zip" if has_version else None,
            published=None if row.published_version is None else f"/p/{row.slug}",
            open_job=None if row.open_job is None else job_path(row.open_job),
        )

    def version(self, row: PageVersionRow) -> VersionLinks:
        """Return the links of a version."""
        path = page_path(row.page_id)
        return VersionLinks(
            self=f"{path}/versions/{row.number}",
            html=f"{path}/html?version={row.number}",
            job=job_path(row.job_id),
        )

    def schedule(self, row: ScheduleRow) -> ScheduleLinks:
        """Return the links of a schedule."""
        return ScheduleLinks(
            self=schedule_path(row.id),
            page=None if row.page_id is None else page_path(row.page_id),
            batch=None if row.batch_id is None else batch_path(row.batch_id),
            temporal=f"{self.temporal_ui}/namespaces/{quote(self.namespace, safe='')}/schedules/{row.id}",
        )

    def _workflow(self, workflow_id: str) -> str:
        namespace = quote(self.namespace, safe="")
        return f"{self.temporal_ui}/namespaces/{namespace}/workflows/{quote(workflow_id, safe='')}"


def job_path(job: str) -> str:
    """Return the path of a job."""
    return f"/api/ai/jobs/{job}"


def page_path(page: str) -> str:
    """Return the path of a page."""
    return f"/api/pages/{page}"


def batch_path(batch: str) -> str:
    """Return the path of a batch."""
    return f"/api/ai/batches/{batch}"


def schedule_path(schedule: str) -> str:
    """Return the path of a schedule."""
    return f"/api/ai/schedules/{schedule}"
